import type {
  Approval,
  Decision,
  DeliveryState,
  Link,
  Subject,
  Vote,
  VoteClass,
} from "../../domain/approval.ts";
import { nobodyInvolved, type Involved, type Policy } from "../../domain/policy/policy.ts";
import type { ActorRef } from "../../domain/actor.ts";
import type { Prisma } from "./generated/client.ts";

/** An approval with all that belongs to it but its token. */
export const whole = {
  heartbeat: { select: { lastBeatAt: true } },
  votes: { orderBy: { at: "asc" } },
  decision: true,
  answer: true,
} as const satisfies Prisma.ApprovalInclude;

export type ApprovalRow = Prisma.ApprovalGetPayload<{ include: typeof whole }>;

/** A row as the domain knows it. The database's constraints make the impossible branches impossible; they throw all the same. */
export function approvalFromRow(row: ApprovalRow, policyOf: (digest: string | null) => Policy): Approval {
  const { id, version, workerName, executionIsProven, receivedAt } = row;
  const { attempt, previousId, supersededById } = row;
  const common = {
    id,
    version,
    ...{ attempt, previousId, supersededById },
    newerCommit: row.newerCommit === null ? null : { commit: row.newerCommit, url: row.newerCommitUrl },
    workerName,
    executionIsProven,
    receivedAt,
    lastBeatAt: row.heartbeat?.lastBeatAt ?? row.lastBeatAt,
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
  const {
    activityArn,
    executionArn,
    executionName,
    stateMachineArn,
    stateName,
    stateEnteredAt,
    retryCount,
    redriveCount,
    mapIndex,
  } = row;
  const {
    repository,
    commit,
    ref,
    title,
    description,
    requestedBy,
    input,
    timeoutSeconds,
    heartbeatSeconds,
  } = row;
  return {
    ...{
      activityArn,
      executionArn,
      executionName,
      stateMachineArn,
      stateName,
      stateEnteredAt,
      retryCount,
      redriveCount,
      mapIndex,
    },
    ...{ repository, commit, ref, title, description, requestedBy, input, timeoutSeconds, heartbeatSeconds },
    links: row.links as unknown as Link[],
    involved: (row.involved as unknown as Involved | null) ?? nobodyInvolved,
  };
}

function voteFromRow(row: ApprovalRow["votes"][number]): Vote {
  const { heldBy, teams, verdict, comment, form, output, breakGlassReason, at, replaced } = row;
  return {
    actor: { kind: row.actorKind as ActorRef["kind"], id: row.actorId, name: row.actorName },
    class: row.class as VoteClass,
    ...{ heldBy, teams, verdict, comment, form, output, breakGlassReason, at, replaced },
  };
}

function decisionFromRow(row: NonNullable<ApprovalRow["decision"]>): Decision {
  const { id, verdict, decidedAt, comment, breakGlassReason } = row;
  return {
    id,
    verdict,
    decidedAt,
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
    sentAt: row.sentAt,
    settledAt: row.settledAt,
  };
}
