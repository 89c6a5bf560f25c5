import { countersignItself, type ActorRef } from "../domain/actor.ts";
import { deadlineOf, type Decision, type PendingApproval } from "../domain/approval.ts";
import type { AuditEvent } from "../domain/audit-event.ts";
import { clocksOf, escalationsOf, timeoutRejection } from "../domain/policy/schedule.ts";
import { nextPolicyInstant } from "../domain/policy/standing.ts";
import { completeVotes } from "../domain/vote.ts";
import type { Deps } from "./deps.ts";
import { announceDecision, decidedDetail, oweAnswer } from "./owe-answer.ts";

export type ApplyPolicyDeps = Pick<
  Deps,
  "approvals" | "bell" | "activities" | "clock" | "entropy" | "log" | "signer"
>;

/** Somebody may vote at the same moment; then it is looked at anew. */
const maxConflicts = 20;

/**
 * What time alone changes under an approval's policy: a window opens and approvals that were given ahead complete, a team may stand in, or
 * Countersign rejects shortly before the deadline. Doing it twice does no harm: the version lets one writer through.
 */
export async function applyPolicy(deps: ApplyPolicyDeps, id: string): Promise<void> {
  for (let conflict = 0; conflict < maxConflicts; conflict += 1) {
    const approval = await deps.approvals.find(id);
    const now = deps.clock.now();
    if (approval?.status !== "pending" || approval.policyDueAt === null || approval.policyDueAt > now) return;
    if ((await applyOnce(deps, approval, approval.policyDueAt, now)) === "recorded") return;
  }
  // Whoever changes it so often looks at it, too; the next sweep tries again.
  deps.log.warn({ approvalId: id }, "an approval changed too often to apply its policy");
}

async function applyOnce(
  deps: ApplyPolicyDeps,
  approval: PendingApproval,
  dueAt: Date,
  now: Date,
): Promise<"recorded" | "conflict"> {
  const decision = decisionByNow(deps, approval, now);
  const escalations = escalationEvents(approval, dueAt, now);
  const owed = decision === null ? null : await oweAnswer(deps, approval, decision, approval.votes);
  const decided: AuditEvent[] =
    owed === null
      ? []
      : [
          {
            ...eventOf(approval, now),
            type: "approval.decided",
            detail: decidedDetail(approval, owed.decision, owed.answer),
          },
        ];
  const recorded = await deps.approvals.recordVote({
    approval,
    vote: null,
    decided: owed,
    policyDueAt: owed === null ? nextPolicyInstant(approval, now) : null,
    idempotency: null,
    events: [...escalations, ...decided],
  });
  if (recorded === "recorded" && owed !== null) await announceDecision(deps, approval.id, owed.decision);
  return recorded;
}

/** Votes that suffice count before a deadline that nears. */
function decisionByNow(deps: Pick<Deps, "entropy">, approval: PendingApproval, now: Date): Decision | null {
  const completed = completeVotes(approval, now, deps.entropy.uuid());
  if (completed !== null) return completed;
  const rejection = timeoutRejection(approval.policy.parts, clocksOf(approval));
  const deadline = deadlineOf(approval);
  if (rejection === null || now < rejection.at || (deadline !== null && now > deadline)) return null;
  return {
    id: deps.entropy.uuid(),
    verdict: "reject",
    decidedAt: now,
    decidedBy: [countersignItself],
    comment: rejection.reason,
    breakGlassReason: null,
  };
}

function escalationEvents(approval: PendingApproval, dueAt: Date, now: Date): AuditEvent[] {
  return escalationsOf(approval.policy.parts, clocksOf(approval))
    .filter(({ at }) => at >= dueAt && at <= now)
    .map(({ at, atPercent, team, from }) => ({
      ...eventOf(approval, now),
      type: "approval.escalated",
      detail: { team, atPercent, policy: from, dueAt: at.toISOString() },
    }));
}

function eventOf({ id }: PendingApproval, at: Date): { at: Date; approvalId: string; actor: ActorRef } {
  return { at, approvalId: id, actor: countersignItself };
}
