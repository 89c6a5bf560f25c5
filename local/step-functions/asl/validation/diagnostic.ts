/** One thing that is wrong with a definition; `location` is a JSON pointer. The codes and texts are AWS's where they are known. */
export interface Diagnostic {
  readonly code:
    | "INVALID_JSON_DESCRIPTION"
    | "INVALID_JSONATA_EXPRESSION"
    | "UNSUPPORTED_JSONATA_EXPRESSION"
    | "SCHEMA_VALIDATION_FAILED"
    | "DUPLICATE_STATE_NAME"
    | "MISSING_TRANSITION_TARGET"
    | "MISSING_END_STATE";
  readonly message: string;
  readonly location?: string;
}

export function schemaFault(message: string, location: string): Diagnostic {
  return { code: "SCHEMA_VALIDATION_FAILED", message, location };
}
