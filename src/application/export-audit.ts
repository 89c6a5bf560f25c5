import { linkText, type ChainedEvent } from "../domain/audit-chain.ts";
import { createHash } from "node:crypto";
import type { Deps } from "./deps.ts";

/** From included, to not; null: no bound. */
export interface Interval {
  from: Date | null;
  to: Date | null;
}

/** One line of an export: the event exactly as it was hashed, and its hash. */
export function exportLine(event: ChainedEvent): string {
  return `{"event":${linkText(event)},"hash":"${event.hash}"}`;
}

/**
 * The events of an interval as JSON Lines, oldest first; the last line is a signature over their number and the SHA-256 of all bytes
 * before it. Chunks end with a line.
 */
export async function* exportAudit(
  { audit, signer }: Pick<Deps, "audit" | "signer">,
  { from, to }: Interval,
): AsyncGenerator<string> {
  const digest = createHash("sha256");
  let events = 0;
  for await (const batch of audit.between(from, to)) {
    const chunk = batch.map((event) => `${exportLine(event)}\n`).join("");
    digest.update(chunk);
    events += batch.length;
    yield chunk;
  }
  const claims = {
    from: from?.toISOString() ?? null,
    to: to?.toISOString() ?? null,
    events,
    sha256: digest.digest("hex"),
  };
  yield `${JSON.stringify({ signature: await signer.sign("countersign-export+jwt", claims) })}\n`;
}
