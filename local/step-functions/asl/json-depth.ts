/**
 * Levels of arrays and objects in each other that a value may have. A bound of our own, far below what the stack holds: whether that
 * overflows depends on who called, and a replay has to come to the same.
 */
export const deepest = 500;

/** Whether a value has more levels than that. Looks no further, so that it ends for a value that contains itself, too. */
export function isTooDeep(value: unknown, levels = deepest): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  for (const each of Array.isArray(value) ? value : Object.values(value))
    if (isTooDeep(each, levels - 1)) return true;
  return false;
}

/** What is said of such a value. */
export const tooDeep = `The value is nested more than ${deepest} levels deep`;
