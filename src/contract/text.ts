import { z } from "zod";

/**
 * Text that a person or a bot sends and that Postgres keeps. Postgres cannot store U+0000 in a text, and silently dropping a
 * character of what somebody wrote would change what they said: so it is refused with its position.
 */
export function storableText(maxCharacters: number) {
  return z
    .string()
    .max(maxCharacters, { error: `is longer than ${maxCharacters} characters` })
    .superRefine((text, context) => {
      const at = text.indexOf("\u0000");
      if (at >= 0) context.addIssue(`holds a NUL character (U+0000) at position ${at}: remove it`);
      if (!text.isWellFormed()) context.addIssue("holds half of a surrogate pair: send well-formed Unicode");
    });
}

/** The same for what names something: it is not empty. */
export function storableName(maxCharacters: number) {
  return storableText(maxCharacters).min(1, { error: "is empty" });
}
