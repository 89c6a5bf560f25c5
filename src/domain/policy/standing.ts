import { deadlineOf, type Approval } from "../approval.ts";
import { isOpenAt, nextOpening } from "./calendar.ts";
import { rulesOf } from "./combine.ts";
import { seatsByTeam } from "./eligibility.ts";
import { involvements, type Involvement } from "./policy.ts";
import { clocksOf, escalationsOf, timeoutRejection, type ScheduledEscalation } from "./schedule.ts";
import { tallyOf, teamsFor } from "./tally.ts";

/** How a pending approval stands: who is still needed, who can, who may not, and what time will bring. */
export interface Standing {
  needed: {
    /** Approvals by anybody who may approve. */
    approvals: number;
    groups: { team: string; required: number; have: number; missing: number; from: string[] }[];
  };
  /** Whose approval would help now. */
  whoCan: { anyReviewer: boolean; teams: string[] };
  /** The approvals suffice, and complete when the window opens. */
  awaitsWindow: boolean;
  isOpen: boolean;
  /** The next instant at which all windows are open and nothing is frozen; null: it is open, or never opens. */
  opensAt: Date | null;
  escalations: (ScheduledEscalation & { isDue: boolean })[];
  timeoutRejection: { at: Date; reason: string; from: string } | null;
}

/** As much of an approval as is judged. */
export type Judged = Pick<Approval, "policy" | "subject" | "receivedAt" | "votes">;

export function standingOf(approval: Judged, now: Date): Standing {
  const { parts } = approval.policy;
  const clocks = clocksOf(approval);
  const tally = tallyOf(approval, now);
  const groups = seatsByTeam(tally).map((group) => ({ ...group, missing: group.required - group.have }));
  const empty = tally.seats.filter(({ isFilled }) => !isFilled);
  const isOpen = parts.every((part) => isOpenAt(part, now));
  return {
    needed: { approvals: tally.missing, groups },
    whoCan: {
      anyReviewer: tally.missing > empty.length,
      teams: [...new Set(empty.flatMap((seat) => teamsFor(seat, clocks, now)))],
    },
    awaitsWindow: tally.awaitsWindow,
    isOpen,
    opensAt: isOpen ? null : nextOpening(parts, now),
    escalations: escalationsOf(parts, clocks).map((each) => ({
      ...each,
      isDue: each.at.getTime() <= now.getTime(),
    })),
    timeoutRejection: timeoutRejection(parts, clocks),
  };
}

/** How many of the approvals that are needed are there: each of a group that is missing is still missing, whoever else has approved. */
export function progressOf(approval: Judged, now: Date): { have: number; required: number } {
  const { parts } = approval.policy;
  const { missing, seats } = tallyOf(approval, now);
  const required = Math.max(rulesOf(parts).required, seats.length);
  const empty = seats.filter(({ isFilled }) => !isFilled).length;
  return { required, have: required - Math.max(missing, empty) };
}

/** Who may not decide because of what they did, and which policies say so. */
export function excludedPeople({
  policy,
  subject,
}: Approval): { as: Involvement; who: string[]; from: string[] }[] {
  const { excluded } = rulesOf(policy.parts);
  return involvements
    .filter((each) => excluded.has(each) && subject.involved[each].length > 0)
    .map((each) => ({
      as: each,
      who: [...subject.involved[each]],
      from: policy.parts.filter(({ exclude }) => exclude[each]).map(({ name }) => name),
    }));
}

/**
 * When time alone changes something next: a window opens for approvals that suffice, a team may stand in, or Countersign rejects. Null:
 * never, or not before a vote. What was due before `after` was seen to.
 */
export function nextPolicyInstant(approval: Judged, after: Date): Date | null {
  const { escalations, timeoutRejection: rejection, awaitsWindow, opensAt } = standingOf(approval, after);
  const instants = escalations.map(({ at }) => at);
  if (rejection !== null) instants.push(rejection.at);
  if (awaitsWindow && opensAt !== null) instants.push(opensAt);
  const ahead = instants.map((at) => at.getTime()).filter((ms) => ms > after.getTime());
  const deadline = deadlineOf(approval);
  if (ahead.length === 0) return null;
  const next = new Date(Math.min(...ahead));
  return deadline !== null && next > deadline ? null : next;
}
