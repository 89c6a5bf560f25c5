import { countersignItself } from "../domain/actor.ts";
import type { Approval } from "../domain/approval.ts";
import type { AuditEvent } from "../domain/audit-event.ts";
import { namesMore, uniteInvolved } from "../domain/policy/involved.ts";
import { rulesOf } from "../domain/policy/combine.ts";
import { provePolicy } from "../domain/policy/match.ts";
import { refNamesOf, repositoryNamesOf, type MatchFacts } from "../domain/policy/match-facts.ts";
import type { Involved, Policy } from "../domain/policy/policy.ts";
import type { Deps } from "./deps.ts";
import { factsOf, fingerprint } from "./open-under-policy.ts";
import type { ProvenPolicy, StartRecord, TaskFacts } from "./ports/identify.ts";
import type { Origin } from "./ports/intake.ts";
import type { ChangedPolicy, OpenApproval } from "./ports/policy-change.ts";

/**
 * What history has proven of an execution settles which policies hold, and our own record of its start who was involved, whatever its
 * state machine made of the input: both together count, so that neither can hide what the other tells. No file is read here.
 */
export function provePolicyOf(
  deps: Pick<Deps, "chaining" | "clock">,
  approval: Approval,
  { stateMachineArn, timeoutSeconds }: Pick<TaskFacts, "stateMachineArn" | "timeoutSeconds">,
  record: StartRecord | null,
): ProvenPolicy {
  const told = { ...factsOf(approval.subject), stateMachineArn };
  const policy = provePolicy(approval.policy, record === null ? [told] : bothOf(told, record));
  const involved = uniteInvolved(approval.subject.involved, record?.origin?.involved ?? {});
  const isNew = approval.policyDigest !== null && fingerprint(deps, policy).digest !== approval.policyDigest;
  // From the beginning: now that the deadline is known, something may have been due before.
  const isFresh = isNew || (timeoutSeconds !== null && approval.subject.timeoutSeconds === null);
  const changed = changeTo(deps, approval, {
    known: approval.subject.involved,
    involved,
    policy: record?.origin == null ? policy : markedBy(record.origin, policy),
    because: "the execution is proven",
  });
  return { changed, dueAt: isFresh && hasClock(policy) ? approval.receivedAt : null };
}

/** Who becomes known only after the approval was opened is excluded from then on. */
export function completeInvolved(
  deps: Pick<Deps, "chaining" | "clock">,
  approval: OpenApproval,
  origin: Origin,
): ChangedPolicy | null {
  return changeTo(deps, approval, {
    known: approval.involved,
    involved: uniteInvolved(approval.involved, origin.involved),
    policy: markedBy(origin, approval.policy),
    because: "more is known of who was involved",
  });
}

/** Only the push of a merge tells who made its commits. A policy that lets them decide does not wait for it. */
function markedBy({ toldBy = [] }: Origin, { lacksAuthors: _before, ...policy }: Policy): Policy {
  const { excluded } = rulesOf(policy.parts);
  const matters = (["author", "committer", "coAuthors"] as const).some((each) => excluded.has(each));
  const isLacking = matters && toldBy.includes("merge") && !toldBy.includes("push");
  return isLacking ? { ...policy, lacksAuthors: true } : policy;
}

function changeTo(
  deps: Pick<Deps, "chaining" | "clock">,
  { id, policy: before, policyDigest }: Pick<OpenApproval, "id" | "policy" | "policyDigest">,
  next: { known: Involved; involved: Involved; policy: Policy; because: string },
): ChangedPolicy | null {
  // An approval from before there were policies keeps the built-in one; only who was involved is added.
  const policy = policyDigest === null ? before : next.policy;
  const kept = fingerprint(deps, policy);
  const isNew = policyDigest !== null && kept.digest !== policyDigest;
  if (!isNew && !namesMore(next.involved, next.known)) return null;
  const event: AuditEvent = {
    type: "approval.policy_changed",
    at: deps.clock.now(),
    approvalId: id,
    actor: countersignItself,
    detail: {
      because: next.because,
      policyDigest: kept.digest,
      policies: policy.parts.map(({ name }) => name),
      ...(policyDigest === null ? {} : { before: policyDigest }),
    },
  };
  return { involved: next.involved, policy: kept, events: [event] };
}

function hasClock({ parts }: Policy): boolean {
  return parts.some(({ escalations, timeoutReason }) => escalations.length > 0 || timeoutReason !== null);
}

/** As the input tells it, and as the record does; what one of them is silent about the other one tells. */
function bothOf(told: MatchFacts, { repository, origin }: StartRecord): MatchFacts[] {
  const recorded = { repository: repositoryNamesOf(repository), ref: refNamesOf(origin?.ref ?? null) };
  return [
    { ...told, repository: told.repository ?? recorded.repository, ref: told.ref ?? recorded.ref },
    { ...told, repository: recorded.repository ?? told.repository, ref: recorded.ref ?? told.ref },
  ];
}
