/** What becomes of older pending approvals when a newer push has started its execution. */
export const supersedeModes = ["none", "flag", "reject"] as const;
export type SupersedeMode = (typeof supersedeModes)[number];

/** Where a push stands among those of the same trigger and branch, as the forge tells. */
export interface PushPlace {
  commit: string;
  /** The commit that the branch was at before; null: not told, as for a merged pull request. */
  before: string | null;
  /** When it happened by the forge's clock, which tells whole seconds; null: not told. */
  happenedAt: Date | null;
}

/**
 * Whether `one` happened after `other`, both of one branch. A push that says that it took the branch on from the other's commit came
 * after it, whatever the clock; else the forge's time counts. In doubt neither is newer, so that nothing is retired wrongly.
 */
export function isNewerPush(one: PushPlace, other: PushPlace): boolean {
  if (one.commit === other.commit) return false;
  const follows = one.before === other.commit;
  const precedes = other.before === one.commit;
  if (follows !== precedes) return follows;
  if (one.happenedAt === null || other.happenedAt === null) return false;
  return one.happenedAt.getTime() > other.happenedAt.getTime();
}

/** The newest of those that are newer than `own`; null: none is. */
export function newestAfter<Place extends PushPlace>(own: PushPlace, others: readonly Place[]): Place | null {
  return others
    .filter((other) => isNewerPush(other, own))
    .reduce<Place | null>((best, other) => (best === null || isNewerPush(other, best) ? other : best), null);
}
