/** The forms of texts that paths, their filters and the arguments of their functions have in common; to be put into regular expressions. */

/** `'…'` or `"…"`, in which a backslash frees the next character. */
export const quotedText = String.raw`'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"`;

/** `[…]`, whose end is the first bracket that is not inside quotes. */
export const bracketedText = String.raw`\[(?:${quotedText}|[^\]'"])*\]`;

/** What stands between a text's quotes, as it is meant. */
export function unescaped(text: string): string {
  return text.replace(/\\(.)/gu, "$1");
}
