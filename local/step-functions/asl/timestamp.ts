/** RFC 3339 with an upper-case T and Z, fractions of any length: what Step Functions takes for a timestamp. */
const rfc3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:Z|[+-](\d{2}):(\d{2}))$/u;

/** Epoch milliseconds of a timestamp, or undefined if the text is none (a 13th month or a 25th hour included). */
export function parseTimestamp(text: string): number | undefined {
  const match = rfc3339.exec(text);
  if (match === null) return undefined;
  const day = Number(match[3]);
  // Date.parse rolls the 31st of February over to March.
  const lastDay = new Date(Date.UTC(Number(match[1]), Number(match[2]), 0)).getUTCDate();
  const at = Date.parse(text);
  return Number.isNaN(at) || day > lastDay ? undefined : at;
}

export function isTimestamp(text: string): boolean {
  return parseTimestamp(text) !== undefined;
}
