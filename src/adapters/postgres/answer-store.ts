import type { Answer } from "../../domain/answer.ts";
import type { AnswerStore, OwedAnswer } from "../../application/ports/answers.ts";
import { appendAudit } from "./append-audit.ts";
import { endBeats } from "./end-beats.ts";
import { furthest } from "./due.ts";
import type { Database } from "./database.ts";

interface ClaimedRow {
  decisionId: string;
  output: string | null;
  error: string | null;
  cause: string | null;
  attempt: number;
  workerName: string;
  activityArn: string;
  executionArn: string | null;
  isUncertain: boolean;
  decidedAt: Date;
  receivedAt: Date;
  timeoutSeconds: number | null;
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

    async postpone(approvalId, attempt, { until, note, delivery }) {
      await database.run((client) =>
        client.answer.updateMany({
          where: { approvalId, attempts: attempt, settledAt: null },
          data: { nextAttemptAt: until, lastError: note, delivery },
        }),
      );
    },

    settle: (approvalId, attempt, delivery, note, at, events) =>
      database.transaction(async (transaction) => {
        const { count } = await transaction.answer.updateMany({
          // What Step Functions accepted is accepted; any other end may be told by the newest attempt only.
          where: { approvalId, settledAt: null, ...(delivery === "accepted" ? {} : { attempts: attempt }) },
          data: { delivery, lastError: note, settledAt: at, nextAttemptAt: null },
        });
        if (count === 0) return false;
        await transaction.approval.update({ where: { id: approvalId }, data: { identifyAfter: null } });
        await endBeats(transaction, approvalId);
        await transaction.taskToken.update({ where: { approvalId }, data: { ciphertext: null } });
        await appendAudit(transaction, events);
        return true;
      }),
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
      update answer set attempts = attempts + 1, next_attempt_at = ${leaseUntil}, sent_at = coalesce(sent_at, ${now}),
             delivery = case delivery when 'uncertain' then 'uncertain'::delivery else 'sent' end
      from approval, decision
      where answer.approval_id = ${approvalId}::uuid and approval.id = answer.approval_id and decision.id = answer.decision_id
        and (answer.next_attempt_at <= ${now} or answer.next_attempt_at > ${furthest(now)}
          or answer.attempts = 0 /* Whoever decided may have a clock that is ahead of ours. */) and answer.settled_at is null
      returning decision_id as "decisionId", output, error, cause, attempts as attempt, worker_name as "workerName",
                activity_arn as "activityArn", execution_arn as "executionArn", delivery = 'uncertain' as "isUncertain",
                decided_at as "decidedAt", received_at as "receivedAt", timeout_seconds as "timeoutSeconds"`,
  );
  if (row === undefined) return null;
  const { output, error, cause, ...owed } = row;
  return { ...owed, approvalId, answer: answerOf({ output, error, cause }) };
}

function answerOf({ output, error, cause }: Pick<ClaimedRow, "output" | "error" | "cause">): Answer {
  return output === null
    ? { kind: "failure", error: error ?? "", cause: cause ?? "" }
    : { kind: "success", output };
}
