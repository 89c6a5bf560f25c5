/** Where the parser behind AWS's endpoint says that it stopped: behind the word or the character that it cannot take. */
export function jsonFaultPlace(text: string): string {
  const read = /^\s*(?:[A-Za-z_][\w$]*|\{\s*[^"}\s])/u.exec(text)?.[0] ?? text;
  const lines = read.split("\n");
  const shown =
    text.length > 500 ? `${text.slice(0, 500)}"[truncated ${text.length - 500} chars]` : `${text}"`;
  return `[Source: (String)"${shown}; line: ${lines.length}, column: ${(lines.at(-1) ?? "").length + 1}]`;
}

/**
 * Says what is wrong with a text that is no JSON, in the words of the parser behind AWS's endpoint for the faults that
 * people make: a bare word, and a name without double quotes. Other faults get a general text.
 */
export function jsonFault(text: string): string {
  const word = /^\s*([A-Za-z_][\w$]*)/u.exec(text)?.[1];
  if (word !== undefined) {
    return `Unrecognized token '${word}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`;
  }
  const name = /^\s*\{\s*([^"}\s])/u.exec(text)?.[1];
  if (name !== undefined) {
    return `Unexpected character ('${name}' (code ${name.codePointAt(0)})): was expecting double-quote to start field name`;
  }
  return text.trim() === ""
    ? "No content to map due to end-of-input"
    : "Unexpected character or end-of-input: not valid JSON";
}
