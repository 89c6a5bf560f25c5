/**
 * The first number in [0, 1) that Java's `java.util.Random` draws from a seed, by the generator that its documentation defines: what AWS
 * answers to `$random(seed)`.
 */
export function firstOfJavaRandom(seed: number): number {
  const multiplier = 0x5deece66dn;
  let state = truncated(BigInt(seed) ^ multiplier);
  const next = (bits: bigint): bigint => {
    state = truncated(state * multiplier + 0xbn);
    return state >> (stateBits - bits);
  };
  return Number((next(26n) << 27n) + next(27n)) / 2 ** 53;
}

const stateBits = 48n;

function truncated(state: bigint): bigint {
  return BigInt.asUintN(Number(stateBits), state);
}
