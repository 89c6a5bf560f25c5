import { countersignItself } from "../domain/actor.ts";
import type { Approval } from "../domain/approval.ts";
import type { AuditEvent } from "../domain/audit-event.ts";
import { namesMore, uniteInvolved } from "../domain/policy/involved.ts";
import { provePolicy } from "../domain/policy/match.ts";
import { refNamesOf, repositoryNamesOf, type MatchFacts } from "../domain/policy/match-facts.ts";
import type { Policy } from "../domain/policy/policy.ts";
import type { Deps } from "./deps.ts";
import { factsOf, fingerprint } from "./open-under-policy.ts";
import type { ProvenPolicy, TaskFacts } from "./ports/identify.ts";

/**
 * What history has proven of an execution settles which policies hold, and our own record of its start who was involved, whatever its
 * state machine made of the input: both together count, so that neither can hide what the other tells. No file is read here.
 */
export async function provePolicyOf(
  deps: Pick<Deps, "identify" | "chaining" | "clock">,
  approval: Approval,
  facts: Pick<TaskFacts, "stateMachineArn" | "executionName">,
  timeoutSeconds: number | null,
): Promise<ProvenPolicy> {
  const record = await deps.identify.originOf(facts.stateMachineArn, facts.executionName);
  const told = { ...factsOf(approval.subject), stateMachineArn: facts.stateMachineArn };
  const policy = provePolicy(approval.policy, record === null ? [told] : bothOf(told, record));
  const involved = uniteInvolved(approval.subject.involved, record?.origin?.involved ?? {});
  const next = fingerprint(deps, policy);
  const isNew = next.digest !== approval.policyDigest && approval.policyDigest !== null;
  // From the beginning: now that the deadline is known, something may have been due before.
  const isFresh = isNew || (timeoutSeconds !== null && approval.subject.timeoutSeconds === null);
  const dueAt = isFresh && hasClock(policy) ? approval.receivedAt : null;
  if (!isNew && !namesMore(involved, approval.subject.involved)) return { changed: null, dueAt };
  const event: AuditEvent = {
    type: "approval.policy_changed",
    at: deps.clock.now(),
    approvalId: approval.id,
    actor: countersignItself,
    detail: {
      because: "the execution is proven",
      policyDigest: next.digest,
      policies: policy.parts.map(({ name }) => name),
      ...(approval.policyDigest === null ? {} : { before: approval.policyDigest }),
    },
  };
  // An approval from before there were policies keeps the built-in one; only who was involved is added.
  const kept = approval.policyDigest === null ? fingerprint(deps, approval.policy) : next;
  return { changed: { involved, policy: kept, events: [event] }, dueAt };
}

function hasClock({ parts }: Policy): boolean {
  return parts.some(({ escalations, timeoutReason }) => escalations.length > 0 || timeoutReason !== null);
}

/** As the input tells it, and as the record does; what one of them is silent about the other one tells. */
function bothOf(
  told: MatchFacts,
  { repository, origin }: { repository: string | null; origin: { ref: string } | null },
): MatchFacts[] {
  const recorded = { repository: repositoryNamesOf(repository), ref: refNamesOf(origin?.ref ?? null) };
  return [
    { ...told, repository: told.repository ?? recorded.repository, ref: told.ref ?? recorded.ref },
    { ...told, repository: recorded.repository ?? told.repository, ref: recorded.ref ?? told.ref },
  ];
}
