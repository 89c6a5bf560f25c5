/** What a run leaves behind, for the invariants to judge. Instants are milliseconds since 1970. */
export interface Evidence {
  executions: readonly ExecutionEvidence[];
  rows: readonly Row[];
  /** Unique name of a poll → who made it and whether the endpoint was told to drop its reply. */
  polls: ReadonlyMap<string, { caller: string; replyDropped: boolean }>;
  /** Heartbeats as they reached the endpoint, by the hash of their token. */
  beats: ReadonlyMap<string, readonly { at: number; faulted: boolean }[]>;
  /** Processes that were ended by SIGKILL. */
  kills: readonly { caller: string; at: number }[];
  /** When parts of the product were away, on purpose or because the machine stalled. */
  disturbances: readonly Disturbance[];
  replies: readonly Reply[];
  leftovers: Readonly<Record<"answers owed" | "heartbeats overdue" | "jobs in the queue", number>>;
  exits: readonly { name: string; code: number | null }[];
  /** When the processes were asked to stop. */
  stoppedAt: number;
  heartbeatSeconds: number;
  /** False: the run is too short for executions whose token was lost; they may still run. */
  lostTokensComeBack: boolean;
}

export interface ExecutionEvidence {
  arn: string;
  status: string;
  attempts: readonly Attempt[];
}

/** One hand-out of a token, as history tells it. */
export interface Attempt {
  workerName: string;
  startedAt: number;
  end: Ending;
}

export type Ending =
  | { kind: "open" }
  | { kind: "succeeded"; at: number; output: string }
  | { kind: "failed"; at: number; error: string; cause: string }
  | { kind: "timed_out"; at: number };

/** One approval in Postgres. */
export interface Row {
  id: string;
  workerName: string;
  executionArn: string | null;
  commit: string | null;
  status: string;
  tokenHash: string;
  decision: { id: string; verdict: string; comment: string | null } | null;
  delivery: string | null;
}

export interface Disturbance {
  what: string;
  from: number;
  to: number;
}

/** What one decider was finally told. */
export interface Reply {
  /** The one that the decider meant. */
  approvalId: string;
  /** It was named by its commit: another approval of that commit may have taken its place since. */
  byCommit: boolean;
  decider: string;
  verdict: string;
  outcome: "won" | "already_decided" | "lapsed" | "ambiguous" | "unanswered" | "unexpected";
  /** The decision that the reply names. */
  decisionId: string | null;
  detail: string;
}
