/**
 * How long to wait before try number `attempt` + 1, in milliseconds: doubling from `firstMs` up to `maxMs`, with full jitter in
 * the upper half, so that a fleet that failed together does not come back together. `random` is in [0, 1).
 */
export function backOffMs(attempt: number, random: number, { firstMs = 500, maxMs = 60_000 } = {}): number {
  const ceiling = Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 30));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
