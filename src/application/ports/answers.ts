import type { Answer } from "../../domain/answer.ts";
import type { AuditEvent } from "../../domain/audit-event.ts";

export interface OwedAnswer {
  approvalId: string;
  decisionId: string;
  answer: Answer;
  /** The number of this attempt, from 1. */
  attempt: number;
  workerName: string;
  activityArn: string;
  executionArn: string | null;
}

export interface AnswerStore {
  due(now: Date, limit: number): Promise<string[]>;
  /** Marks the answer as sent once more and keeps others away until `leaseUntil`; null: nothing is owed now. */
  claim(approvalId: string, now: Date, leaseUntil: Date): Promise<OwedAnswer | null>;
  /** Does nothing if another attempt has begun or the answer is settled: `attempt` is the number of the one that failed, from 1. */
  postpone(approvalId: string, attempt: number, until: Date, note: string): Promise<void>;
  /** The answer is final; the token is erased, beats stop. Ends other than `accepted` count from the newest attempt only. */
  settle(
    approvalId: string,
    attempt: number,
    delivery: "accepted" | "too_late" | "uncertain",
    note: string | null,
    at: Date,
    events: readonly AuditEvent[],
  ): Promise<void>;
}
