/** Rows in columns as wide as their widest cell; the last column takes what is left, and is cut there. */
export function table(rows: readonly (readonly string[])[], width: number): string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) => {
    const cells = row.map((cell, column) =>
      column === columns - 1 ? cell : cell.padEnd(widths[column] ?? 0),
    );
    return cut(cells.join("  ").trimEnd(), width);
  });
}

/** Cuts a text to so many characters, and says so with its last one. */
export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/** A time span as a person reads it: `0.012 s`, `1 m 05 s`, `3 h 20 m`, `2 d 04 h`. */
export function span(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (number: number) => String(number).padStart(2, "0");
  if (seconds < 60) return `${(ms / 1000).toFixed(3)} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} m ${two(seconds % 60)} s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ${two(Math.floor(seconds / 60) % 60)} m`;
  return `${Math.floor(seconds / 86_400)} d ${two(Math.floor(seconds / 3_600) % 24)} h`;
}
