/** Prints one line; `least`: what the ratio of ours to the bare one must be at least. */
export function atLeast(what: string, ours: number, bare: number, least: number): boolean {
  const ratio = ours / bare;
  const kept = ratio >= least;
  console.log(
    `${kept ? "ok  " : "UNDER"}  ${what.padEnd(40)} ${ours.toFixed(0)}/s, bare SDK ${bare.toFixed(0)}/s: ${ratio.toFixed(2)} (at least ${least})`,
  );
  return kept;
}

/** The same for times and sizes, which must be at most `most` times the bare one. */
export function atMost(what: string, ours: number, bare: number, most: number): boolean {
  const ratio = ours / bare;
  const kept = ratio <= most;
  console.log(
    `${kept ? "ok  " : "OVER"}  ${what.padEnd(40)} ${ours.toFixed(2)} ms, bare SDK ${bare.toFixed(2)} ms: ${ratio.toFixed(2)} (at most ${most})`,
  );
  return kept;
}

/** Without a limit. */
export function note(what: string, ours: number, bare: number): void {
  console.log(
    `      ${what.padEnd(40)} ${ours.toFixed(2)} ms, bare SDK ${bare.toFixed(2)} ms: ${(ours / bare).toFixed(2)}`,
  );
}

/** Runs `work` in so many loops until `count` calls are done; calls per second. */
export async function perSecond(count: number, loops: number, work: () => Promise<unknown>): Promise<number> {
  let left = count;
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: loops }, async () => {
      while ((left -= 1) >= 0) await work();
    }),
  );
  return count / ((performance.now() - startedAt) / 1000);
}
