import type {
  Approval,
  Decision,
  DeliveryState,
  Link,
  Subject,
  Vote,
  VoteClass,
  VoterNow,
} from "../../domain/approval.ts";
import { nobodyInvolved, type Involved, type Policy } from "../../domain/policy/policy.ts";
import type { ActorRef } from "../../domain/actor.ts";
import { identitiesOf, roleOf } from "./person-columns.ts";
import type { ApprovalRow } from "./read-approvals.ts";

/** A row as the domain knows it. The database's constraints make the impossible branches impossible; they throw all the same. */
export function approvalFromRow(row: ApprovalRow, policyOf: (digest: string | null) => Policy): Approval {
  const { id, version, workerName, executionIsProven, receivedAt } = row;
  const { attempt, previousId, supersededById } = row;
  const common = {
    id,
    version,
    attempt,
    previousId,
    supersededById,
    newerCommit: row.newerCommit === null ? null : { commit: row.newerCommit, url: row.newerCommitUrl },
    workerName,
    executionIsProven,
    receivedAt,
    lastBeatAt: row.beatAt ?? row.lastBeatAt,
    subject: subjectFromRow(row),
    policy: policyOf(row.policyDigest),
    policyDigest: row.policyDigest,
    policyDueAt: row.policyDueAt,
    votes: row.votes.map(voteFromRow),
  };
  switch (row.status) {
    case "pending":
      return { ...common, status: "pending" };
    case "lapsed":
      if (row.lapsedReason === null || row.lapsedAt === null)
        throw new Error(`approval ${id} lapsed without a reason or a time`);
      return { ...common, status: "lapsed", reason: row.lapsedReason, lapsedAt: row.lapsedAt };
    case "approved":
    case "rejected":
      if (row.decision === null || row.answer === null)
        throw new Error(`approval ${id} is ${row.status} without a decision or an answer`);
      return {
        ...common,
        status: row.status,
        decision: decisionFromRow(row.decision),
        delivery: deliveryFromRow(row.answer),
      };
  }
}

function subjectFromRow(row: ApprovalRow): Subject {
  return {
    activityArn: row.activityArn,
    executionArn: row.executionArn,
    executionName: row.executionName,
    stateMachineArn: row.stateMachineArn,
    stateName: row.stateName,
    stateEnteredAt: row.stateEnteredAt,
    retryCount: row.retryCount,
    redriveCount: row.redriveCount,
    mapIndex: row.mapIndex,
    repository: row.repository,
    commit: row.commit,
    ref: row.ref,
    title: row.title,
    description: row.description,
    requestedBy: row.requestedBy,
    input: row.input,
    timeoutSeconds: row.timeoutSeconds,
    heartbeatSeconds: row.heartbeatSeconds,
    links: row.links as unknown as Link[],
    involved: (row.involved as unknown as Involved | null) ?? nobodyInvolved,
  };
}

function voteFromRow(row: ApprovalRow["votes"][number]): Vote {
  const { heldBy, teams, verdict, comment, form, output, breakGlassReason, replaced } = row;
  return {
    actor: { kind: row.actorKind as ActorRef["kind"], id: row.actorId, name: row.actorName },
    class: row.class as VoteClass,
    heldBy,
    teams,
    verdict,
    comment,
    form,
    output,
    breakGlassReason,
    replaced,
    at: new Date(row.at),
    ...(row.now === null ? {} : { now: voterFromRow(row.now) }),
  };
}

function voterFromRow({ person, isRevoked }: NonNullable<ApprovalRow["votes"][number]["now"]>): VoterNow {
  if (person === null) return { person, isRevoked };
  const { email, role, teams, isActive } = person;
  return {
    person: { email, role: roleOf(role), teams, identities: identitiesOf(person), isActive },
    isRevoked,
  };
}

function decisionFromRow(row: NonNullable<ApprovalRow["decision"]>): Decision {
  const { id, verdict, comment, breakGlassReason } = row;
  return {
    id,
    verdict,
    decidedAt: new Date(row.decidedAt),
    comment,
    breakGlassReason,
    decidedBy: row.decidedBy as unknown as ActorRef[],
  };
}

function deliveryFromRow(row: NonNullable<ApprovalRow["answer"]>): DeliveryState {
  return {
    state: row.delivery,
    attempts: row.attempts,
    note: row.lastError,
    sentAt: timeOf(row.sentAt),
    settledAt: timeOf(row.settledAt),
  };
}

function timeOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
