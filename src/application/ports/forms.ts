import type { VoteFault } from "../../domain/vote.ts";

/** Checks what was filled in against the JSON Schema of a policy's form. It fetches nothing, and takes no longer than a moment. */
export interface Forms {
  /** Why this cannot be the schema of a form; null: it can. */
  schemaFault(schema: string): string | null;
  /** What is wrong with what was filled in (JSON text), field by field; nothing: it is right. */
  faults(schema: string, filledIn: string): VoteFault[];
}
