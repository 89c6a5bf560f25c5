import type { ApprovalDetail, ApprovalSummary, ExecutionView } from "../contract/approval.ts";
import type { Execution } from "../application/ports/step-functions.ts";
import { shownOf } from "../application/shown-of.ts";
import type { Caller } from "../domain/actor.ts";
import { deadlineOf, type Approval, type Decision, type Vote } from "../domain/approval.ts";
import { mayDecide } from "../domain/policy/may-decide.ts";
import { excludedPeople, progressOf } from "../domain/policy/standing.ts";
import { whyNotCounting } from "../domain/policy/voter.ts";
import { jsonOrText } from "./json-or-text.ts";
import { presentPolicy, presentStanding } from "./present-policy.ts";
import type { ShownBeside } from "../domain/shown.ts";

/** What leaves the server is listed here, field by field: a new column stays inside until somebody lets it out. */
export function presentSummary(
  approval: Approval,
  { publicUrl, now }: { publicUrl: string; now: Date },
): ApprovalSummary {
  const { id, status, subject } = approval;
  const {
    title,
    repository,
    commit,
    ref,
    requestedBy,
    activityArn,
    executionArn,
    executionName,
    stateMachineArn,
    stateName,
  } = subject;
  return {
    id,
    url: `${publicUrl}/approvals/${id}`,
    status,
    lapsedReason: approval.status === "lapsed" ? approval.reason : null,
    title,
    repository,
    commit,
    ref,
    requestedBy,
    activityArn,
    executionArn,
    executionName,
    stateMachineArn,
    state: stateName,
    attempt: approval.attempt,
    newerCommit: approval.newerCommit === null ? null : { ...approval.newerCommit },
    progress: approval.status === "pending" ? progressOf(approval, now) : null,
    receivedAt: approval.receivedAt.toISOString(),
    deadlineAt: deadlineOf(approval)?.toISOString() ?? null,
    decision: "decision" in approval ? presentDecision(approval.decision) : null,
    delivery: "delivery" in approval ? approval.delivery.state : null,
  };
}

/** What is told of an approval beside what stands in it. */
export interface DetailView {
  publicUrl: string;
  now: Date;
  beside: ShownBeside;
  /** Whose approval would help. */
  people: readonly { id: string; name: string }[];
}

export function presentDetail(
  approval: Approval,
  caller: Caller,
  { publicUrl, now, beside, people }: DetailView,
): ApprovalDetail {
  const { subject, votes } = approval;
  const delivery = "delivery" in approval ? approval.delivery : null;
  return {
    ...presentSummary(approval, { publicUrl, now }),
    version: approval.version,
    lapsedAt: approval.status === "lapsed" ? approval.lapsedAt.toISOString() : null,
    description: subject.description,
    links: subject.links.map(({ title, url }) => ({ title, url })),
    input: jsonOrText(subject.input),
    inputText: subject.input,
    timeoutSeconds: subject.timeoutSeconds,
    heartbeatSeconds: subject.heartbeatSeconds,
    lastBeatAt: approval.lastBeatAt?.toISOString() ?? null,
    retryCount: subject.retryCount,
    redriveCount: subject.redriveCount,
    mapIndex: subject.mapIndex,
    previousId: approval.previousId,
    supersededById: approval.supersededById,
    executionIsProven: approval.executionIsProven,
    checks: beside.checks.map(({ name, state, description, url }) => ({ name, state, description, url })),
    votes: votes.map((vote) => presentVote(vote, approval)),
    deliveryNote: delivery?.note ?? null,
    sentAt: delivery?.sentAt?.toISOString() ?? null,
    settledAt: delivery?.settledAt?.toISOString() ?? null,
    shown: shownOf(approval, beside),
    may: mayDecide(caller, approval, now),
    policy: presentPolicy(approval),
    standing: approval.status === "pending" ? presentStanding(approval, now, people) : null,
    excluded: excludedPeople(approval),
  };
}

function presentVote(vote: Vote, { subject, policy }: Approval): ApprovalDetail["votes"][number] {
  const { actor, class: voteClass, verdict, comment, form, breakGlassReason, at, replaced } = vote;
  return {
    actor: { ...actor },
    class: voteClass,
    verdict,
    comment,
    breakGlassReason,
    replaced,
    noLongerCounts: replaced ? null : whyNotCounting(vote, subject.involved, policy.parts),
    form: form === null ? null : jsonOrText(form),
    at: at.toISOString(),
  };
}

export function presentDecision(decision: Decision): NonNullable<ApprovalSummary["decision"]> {
  const { id, verdict, decidedAt, decidedBy, comment, breakGlassReason } = decision;
  return {
    id,
    breakGlassReason,
    verdict,
    decidedAt: decidedAt.toISOString(),
    decidedBy: decidedBy.map((actor) => ({ ...actor })),
    comment,
  };
}

export function presentExecution(execution: Execution): ExecutionView {
  const { arn, status, startedAt, stoppedAt, error, cause, output } = execution;
  return {
    arn,
    status,
    error,
    cause,
    startedAt: startedAt?.toISOString() ?? null,
    stoppedAt: stoppedAt?.toISOString() ?? null,
    output: output === null ? null : jsonOrText(output),
  };
}
