import type { Answer } from "../../domain/answer.ts";
import type { AnswerStore, OwedAnswer } from "../../application/ports/answers.ts";
import { auditRows } from "./audit-row.ts";
import { furthest } from "./due.ts";
import type { Database } from "./database.ts";

interface ClaimedRow {
  decisionId: string;
  output: string | null;
  error: string | null;
  cause: string | null;
  attempts: number;
  workerName: string;
  activityArn: string;
  executionArn: string | null;
}

export function createAnswerStore(database: Database): AnswerStore {
  return {
    async due(now, limit) {
      const rows = await database.run((client) =>
        client.answer.findMany({
          where: { OR: [{ nextAttemptAt: { lte: now } }, { nextAttemptAt: { gt: furthest(now) } }] },
          orderBy: { nextAttemptAt: "asc" },
          take: limit,
          select: { approvalId: true },
        }),
      );
      return rows.map((row) => row.approvalId);
    },

    claim: (approvalId, now, leaseUntil) => claim(database, approvalId, now, leaseUntil),

    async postpone(approvalId, attempt, until, note) {
      await database.run((client) =>
        client.answer.updateMany({
          where: { approvalId, attempts: attempt, settledAt: null },
          data: { nextAttemptAt: until, lastError: note },
        }),
      );
    },

    async settle(approvalId, attempt, delivery, note, at, events) {
      await database.transaction(async (transaction) => {
        const { count } = await transaction.answer.updateMany({
          // What Step Functions accepted is accepted; any other end may be told by the newest attempt only.
          where: { approvalId, settledAt: null, ...(delivery === "accepted" ? {} : { attempts: attempt }) },
          data: { delivery, lastError: note, settledAt: at, nextAttemptAt: null },
        });
        if (count === 0) return;
        await transaction.approval.update({
          where: { id: approvalId },
          data: { nextBeatAt: null, identifyAfter: null },
        });
        await transaction.taskToken.update({ where: { approvalId }, data: { ciphertext: null } });
        await transaction.auditEvent.createMany({ data: auditRows(events) });
      });
    },
  };
}

async function claim(
  database: Database,
  approvalId: string,
  now: Date,
  leaseUntil: Date,
): Promise<OwedAnswer | null> {
  const [row] = await database.run(
    (client) => client.$queryRaw<ClaimedRow[]>`
      update answer set attempts = attempts + 1, delivery = 'sent', next_attempt_at = ${leaseUntil}, sent_at = coalesce(sent_at, ${now})
      from approval
      where answer.approval_id = ${approvalId}::uuid and approval.id = answer.approval_id and (answer.next_attempt_at <= ${now} or answer.next_attempt_at > ${furthest(now)})
        and answer.settled_at is null
      returning decision_id as "decisionId", output, error, cause, attempts, worker_name as "workerName",
                activity_arn as "activityArn", execution_arn as "executionArn"`,
  );
  if (row === undefined) return null;
  const { decisionId, attempts, workerName, activityArn, executionArn } = row;
  return {
    approvalId,
    decisionId,
    answer: answerOf(row),
    attempt: attempts,
    workerName,
    activityArn,
    executionArn,
  };
}

function answerOf({ output, error, cause }: ClaimedRow): Answer {
  return output === null
    ? { kind: "failure", error: error ?? "", cause: cause ?? "" }
    : { kind: "success", output };
}
