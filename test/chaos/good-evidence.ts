import type { Attempt, Evidence, Row } from "./evidence.ts";

export const second = 1_000;
export const began = Date.UTC(2026, 5, 1, 12);

export const row = (number: number, members: Partial<Row> = {}): Row => ({
  id: `approval-${number}`,
  workerName: `poll-${number}`,
  executionArn: `execution-${number}`,
  commit: `commit-${number}`,
  status: "approved",
  tokenHash: `hash-${number}`,
  decision: { id: `decision-${number}`, verdict: "approve", comment: "fine" },
  delivery: "accepted",
  ...members,
});
export const attempt = (number: number, end: Attempt["end"]): Attempt => ({
  workerName: `poll-${number}`,
  startedAt: began,
  end,
});
export const at = began + 30 * second;
export const succeeded = (number: number) =>
  ({ kind: "succeeded", at, output: `{"decisionId":"decision-${number}"}` }) as const;
export const won = (number: number, verdict: string) => ({
  approvalId: `approval-${number}`,
  byCommit: false,
  decider: "ada",
  verdict,
  outcome: "won" as const,
  decisionId: `decision-${number}`,
  detail: "",
});
export const lapsed = { status: "lapsed", decision: null, delivery: null };

/** One approval that was approved, one that was rejected; nothing went wrong. */
export function good(): Evidence {
  return {
    executions: [
      { arn: "execution-1", status: "SUCCEEDED", attempts: [attempt(1, succeeded(1))] },
      {
        arn: "execution-2",
        status: "FAILED",
        attempts: [attempt(2, { kind: "failed", at, error: "RejectedByUser", cause: "no" })],
      },
    ],
    rows: [
      row(1),
      row(2, { status: "rejected", decision: { id: "decision-2", verdict: "reject", comment: "no" } }),
    ],
    polls: new Map(
      [1, 2, 3].map((number) => [`poll-${number}`, { caller: "worker-1", replyDropped: false }]),
    ),
    beats: new Map(),
    kills: [],
    disturbances: [],
    replies: [won(1, "approve"), won(2, "reject")],
    leftovers: { "answers owed": 0, "heartbeats overdue": 0, "jobs in the queue": 0 },
    exits: [{ name: "api", code: 0 }],
    stoppedAt: at + 60 * second,
    heartbeatSeconds: 30,
    lostTokensComeBack: true,
  };
}

/** The same with a third execution, whose history and row are given. */
export function withThird(status: string, attempts: Attempt[], third: Row | null): Evidence {
  const base = good();
  return {
    ...base,
    executions: [...base.executions, { arn: "execution-3", status, attempts }],
    rows: third === null ? base.rows : [...base.rows, third],
  };
}
