/**
 * Nothing of ours is put off for longer than ten minutes. What lies further ahead was put there by a clock that has been set back since,
 * and is due now.
 */
const furthestMs = 20 * 60_000;

/** No instant after this one can have been meant at `now`. */
export function furthest(now: Date): Date {
  return new Date(now.getTime() + furthestMs);
}
