/** JSON that nests deeper than JSON.stringify can follow is shown as the text that it is. */
export function jsonOrText(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    JSON.stringify(value);
    return value;
  } catch {
    return text;
  }
}
