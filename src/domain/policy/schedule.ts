import type { PolicyPart } from "./policy.ts";

/** The clocks of an approval: the deadline is TimeoutSeconds after the hand-out of the task. */
export interface Clocks {
  receivedAt: Date;
  timeoutSeconds: number | null;
}

export interface ScheduledEscalation {
  at: Date;
  atPercent: number;
  team: string;
  /** The name of the policy. */
  from: string;
}

/** What escalates when, the earliest first. Without a deadline there is nothing to take a share of. */
export function escalationsOf(parts: readonly PolicyPart[], clocks: Clocks): ScheduledEscalation[] {
  return parts
    .flatMap(({ name, escalations }) =>
      escalations.flatMap(({ atPercent, team }) => {
        const at = instantAt(clocks, atPercent);
        return at === null ? [] : [{ at, atPercent, team, from: name }];
      }),
    )
    .sort((one, other) => one.at.getTime() - other.at.getTime() || (one.team < other.team ? -1 : 1));
}

/** Teams that may stand in for the groups of this part by now. */
export function standInsOf(part: PolicyPart, clocks: Clocks, now: Date): string[] {
  return escalationsOf([part], clocks)
    .filter(({ at }) => at.getTime() <= now.getTime())
    .map(({ team }) => team);
}

function instantAt({ receivedAt, timeoutSeconds }: Clocks, percent: number): Date | null {
  return timeoutSeconds === null
    ? null
    : new Date(receivedAt.getTime() + Math.round((timeoutSeconds * 1000 * percent) / 100));
}

/** The answer needs time to reach Step Functions before it gives up by itself. */
const aheadShare = 0.1;
const aheadMaxMs = 30_000;

/** When Countersign itself rejects, and why: shortly before the deadline. Null: no policy asks for it, or there is no deadline. */
export function timeoutRejection(
  parts: readonly PolicyPart[],
  { receivedAt, timeoutSeconds }: Clocks,
): { at: Date; reason: string; from: string } | null {
  const part = parts.find(({ timeoutReason }) => timeoutReason !== null);
  if (part?.timeoutReason == null || timeoutSeconds === null) return null;
  const timeoutMs = timeoutSeconds * 1000;
  const at = new Date(receivedAt.getTime() + timeoutMs - Math.min(aheadMaxMs, timeoutMs * aheadShare));
  return { at, reason: part.timeoutReason, from: part.name };
}

/** The clocks of an approval as schedules need them. */
export function clocksOf({
  receivedAt,
  subject,
}: {
  receivedAt: Date;
  subject: { timeoutSeconds: number | null };
}): Clocks {
  return { receivedAt, timeoutSeconds: subject.timeoutSeconds };
}
