import type { Answer } from "../../domain/answer.ts";
import type { AuditEvent } from "../../domain/audit-event.ts";

export interface OwedAnswer {
  approvalId: string;
  decisionId: string;
  answer: Answer;
  /** The number of this attempt, from 1. */
  attempt: number;
  /** Step Functions has closed the task, and only its history can tell whether an earlier attempt of ours did that. */
  isUncertain: boolean;
  decidedAt: Date;
  receivedAt: Date;
  timeoutSeconds: number | null;
  workerName: string;
  activityArn: string;
  executionArn: string | null;
}

export interface AnswerStore {
  due(now: Date, limit: number): Promise<string[]>;
  /** Marks the answer as sent once more and keeps others away until `leaseUntil`; null: nothing is owed now. */
  claim(approvalId: string, now: Date, leaseUntil: Date): Promise<OwedAnswer | null>;
  /**
   * `uncertain`: from now on history is asked and nothing is sent. Does nothing if another attempt has begun or the answer is settled:
   * `attempt` is the number of the one that failed, from 1.
   */
  postpone(
    approvalId: string,
    attempt: number,
    later: { until: Date; note: string; delivery: "sent" | "uncertain" },
  ): Promise<void>;
  /** The answer is final; the token is erased, beats stop. Ends other than `accepted` count from the newest attempt only. False: nothing was settled. */
  settle(
    approvalId: string,
    attempt: number,
    delivery: "accepted" | "too_late" | "uncertain",
    note: string | null,
    at: Date,
    events: readonly AuditEvent[],
  ): Promise<boolean>;
}
