import type { Caller } from "../actor.ts";
import { deadlineOf, type Approval, type Verdict } from "../approval.ts";
import { freezesAt, isOpenAt, nextOpening } from "./calendar.ts";
import { rulesOf } from "./combine.ts";
import {
  botRefusal,
  groupRefusal,
  holderRefusal,
  involvementRefusal,
  namesOf,
  refusalOf,
} from "./eligibility.ts";
import type { PolicyPart } from "./policy.ts";
import { clocksOf, timeoutRejection } from "./schedule.ts";
import { standingVotes } from "./voter.ts";

/** What a caller may do with one approval now; `why` says, for a person, why not. */
export interface Permission {
  approve: boolean;
  reject: boolean;
  why: string | null;
  /** May decide alone at once, with a reason, whatever else the policy says. */
  breakGlass: boolean;
}

/** Which rules hold, or who is excluded by them, may still change with what history proves: nothing is decided until then. */
export function isProvisional({
  policy,
  executionIsProven,
}: Pick<Approval, "policy" | "executionIsProven">): boolean {
  return policy.needsProof && !executionIsProven;
}

/** What the API and the page tell a caller beforehand. A vote is judged by the very same `refusalFor`. */
export function mayDecide(caller: Caller, approval: Approval, now: Date): Permission {
  const closed = closedReason(approval);
  const approve = closed ?? refusalFor(caller, approval, "approve", now);
  const reject = closed ?? refusalFor(caller, approval, "reject", now);
  return {
    approve: approve === null,
    reject: reject === null,
    why: approve ?? reject,
    breakGlass: closed === null && breakGlassRefusal(caller, approval) === null,
  };
}

/** Why this caller may not cast this verdict on a pending approval now; null: it may. Every path to a decision asks this. */
export function refusalFor(caller: Caller, approval: Approval, verdict: Verdict, now: Date): string | null {
  const { policy, subject } = approval;
  const { parts } = policy;
  return (
    refusalOf(caller) ??
    involvementRefusal(caller, subject.involved, parts) ??
    holderRefusal(caller, verdict, subject.involved, parts) ??
    botRefusal(caller, verdict, parts) ??
    proofRefusal(approval) ??
    changeRefusal(caller, approval) ??
    (verdict === "approve" ? groupRefusal(caller, parts, clocksOf(approval), now) : null) ??
    (verdict === "approve" ? calendarRefusal(approval, now) : rejectionRefusal(approval))
  );
}

/** Why this caller may not break the glass; null: it may. */
export function breakGlassRefusal(
  caller: Caller,
  approval: Pick<Approval, "policy" | "executionIsProven">,
): string | null {
  if (caller.kind !== "person" || caller.role !== "administrator")
    return "Only an administrator breaks the glass.";
  const { policy } = approval;
  // What is still to be found out may forbid it.
  const unproven = proofRefusal(approval);
  if (unproven !== null) return unproven;
  if (rulesOf(policy.parts).breakGlass) return null;
  return `Nobody breaks the glass here (${namesOf(policy.parts.filter(({ breakGlass }) => !breakGlass))}).`;
}

function closedReason(approval: Approval): string | null {
  switch (approval.status) {
    case "pending":
      return null;
    case "lapsed":
      return "Step Functions no longer waits for this approval.";
    case "approved":
    case "rejected":
      return `Already ${approval.status}.`;
  }
}

function proofRefusal(approval: Pick<Approval, "policy" | "executionIsProven">): string | null {
  if (!isProvisional(approval)) return null;
  return (
    "Countersign still looks in Step Functions for the execution that waits: which policy holds, and who was involved, depends on it. " +
    "Try again in a moment; if this lasts, it may not read the execution's history (docs/aws.md)."
  );
}

function changeRefusal(caller: Caller, { policy, votes }: Approval): string | null {
  const { parts } = policy;
  if (rulesOf(parts).votesMayChange) return null;
  const hasVoted = standingVotes(votes).some(
    ({ actor }) => actor.kind === caller.kind && actor.id === caller.id,
  );
  if (!hasVoted) return null;
  return `You have voted, and votes stand (${namesOf(parts.filter(({ votesMayChange }) => !votesMayChange))}).`;
}

function rejectionRefusal({ policy }: Approval): string | null {
  return rulesOf(policy.parts).rejectRequired === null ? "Nobody can reject this." : null;
}

/** Outside its windows a policy takes approvals only if it lets them come ahead, and if they can still complete. */
function calendarRefusal(approval: Approval, now: Date): string | null {
  const closed = approval.policy.parts.filter((part) => !isOpenAt(part, now));
  if (closed.length === 0) return null;
  const strict = closed.filter(({ approveAhead }) => !approveAhead);
  const opensAt = nextOpening(approval.policy.parts, now);
  const [first] = strict;
  if (first === undefined) return opensTooLate(approval, closed, opensAt);
  const [freeze] = freezesAt(first, now);
  const until = opensAt === null ? "" : ` It opens at ${opensAt.toISOString()}.`;
  const what = freeze === undefined ? "Outside the time window" : `Frozen: ${freeze.reason}`;
  return `${what} (${namesOf(strict)}).${until}`;
}

/** Whoever approved ahead would be told yes, and the state machine times out. */
function opensTooLate(
  approval: Approval,
  closed: readonly PolicyPart[],
  opensAt: Date | null,
): string | null {
  const rejection = timeoutRejection(approval.policy.parts, clocksOf(approval));
  const end = rejection?.at ?? deadlineOf(approval);
  if (opensAt !== null && (end === null || opensAt < end)) return null;
  const before = rejection === null ? "after the deadline" : "after Countersign rejects it";
  const when = opensAt === null ? "never opens again" : `opens at ${opensAt.toISOString()}, ${before}`;
  return `No approval can complete any more: the time window ${when} (${namesOf(closed)}).`;
}
