export interface Measured {
  what: string;
  values: readonly number[];
  unit: "s" | "MB";
  /** What it may be at most. */
  limit: number;
  /** The same of a process that does nothing, measured in the same run: machines differ, ratios less so. */
  bare: number;
}

/** Prints one line and says whether the limit is kept; the median counts. */
export function report({ what, values, unit, limit, bare }: Measured): boolean {
  const value = median(values);
  const kept = value <= limit;
  const number = (each: number) => each.toFixed(unit === "s" ? 2 : 0);
  const spread = `${number(Math.min(...values))} to ${number(Math.max(...values))}`;
  const ratios = `${(value / limit).toFixed(2)} of the limit, ${(value / bare).toFixed(1)} × bare Node`;
  console.log(
    `${kept ? "ok  " : "OVER"}  ${what.padEnd(24)} ${number(value)} ${unit} (${spread}, limit ${limit} ${unit}): ${ratios}`,
  );
  return kept;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}
