import type { Answer } from "../domain/answer.ts";
import type { Scope } from "../domain/actor.ts";
import type { Approval, Decision, LapsedReason, PendingApproval, Subject, Vote } from "../domain/approval.ts";
import type { AuditEvent } from "../domain/audit-event.ts";
import type { BeatFacts } from "../domain/heartbeat.ts";
import type { TaskToken } from "../domain/task-token.ts";

/** The outside world as the use cases need it, in our words and none of AWS's, BullMQ's or Prisma's. */

export interface Clock {
  now(): Date;
  /** Resolves after `ms` milliseconds, or at once when `signal` aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Structured log; fields must never hold a secret. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The store cannot be reached right now; the same call may succeed later. */
export class StoreUnavailable extends Error {
  override name = "StoreUnavailable";
}

/** Step Functions cannot be reached, throttles, or refuses us; `reason` is for a person. */
export class StepFunctionsUnavailable extends Error {
  override name = "StepFunctionsUnavailable";
}

// ---- approvals ----

export interface ReceivedTask {
  id: string;
  token: TaskToken;
  workerName: string;
  subject: Subject;
  receivedAt: Date;
  nextBeatAt: Date;
}

export interface ApprovalFilter {
  status?: Approval["status"] | undefined;
  commit?: string | undefined;
  repository?: string | undefined;
  executionArn?: string | undefined;
  stateName?: string | undefined;
  activityArn?: string | undefined;
  text?: string | undefined;
}

/** Where a page begins: after this row, newest first. */
export interface PageKey {
  receivedAt: Date;
  id: string;
}

export interface Idempotency {
  /** Whose key it is: keys of two callers never meet. */
  actor: string;
  key: string;
  /** SHA-256 of what was asked. */
  digest: Uint8Array;
}

/** All that one vote changes, written in one transaction or not at all. */
export interface VoteRecord {
  approval: PendingApproval;
  vote: Vote;
  decided: { decision: Decision; answer: Answer } | null;
  idempotency: Idempotency | null;
  events: readonly AuditEvent[];
}

export interface ApprovalStore {
  /** Commits the task with its token; `known` if this token already has a row. */
  add(task: ReceivedTask, events: readonly AuditEvent[]): Promise<"added" | "known">;
  find(id: string): Promise<Approval | null>;
  list(filter: ApprovalFilter, after: PageKey | null, limit: number): Promise<Approval[]>;
  /** `conflict`: somebody else changed the approval first (or used the idempotency key), nothing was written. */
  recordVote(record: VoteRecord): Promise<"recorded" | "conflict">;
  /** Pending to lapsed, and the token is erased; false if it is not pending any more. */
  lapse(id: string, reason: LapsedReason, at: Date, events: readonly AuditEvent[]): Promise<boolean>;
  countPending(): Promise<number>;
  findIdempotent(actor: string, key: string): Promise<{ digest: Uint8Array; approvalId: string } | null>;
  forgetIdempotencyBefore(instant: Date): Promise<void>;
  /** Pending approvals whose execution history has proven, those asked about longest ago first; marked as asked at `now`. */
  claimForCheck(now: Date, olderThan: Date, limit: number): Promise<string[]>;
}

/** What history told about a task. */
export interface TaskFacts {
  executionArn: string;
  executionName: string;
  stateMachineArn: string;
  stateName: string | null;
  stateEnteredAt: Date | null;
  /** Null: the state declares none. */
  timeoutSeconds: number | null;
  heartbeatSeconds: number | null;
}

export interface IdentifyStore {
  /** Approvals whose history look-up is due. */
  dueForIdentify(now: Date, limit: number): Promise<string[]>;
  /**
   * Keeps others away until `leaseUntil`. Returns how many looks found nothing so far; null: nothing is to be looked up (any more), or
   * somebody else looks.
   */
  claim(id: string, now: Date, leaseUntil: Date): Promise<number | null>;
  /** Stores what history told. */
  identified(
    id: string,
    facts: TaskFacts,
    clocks: { timeoutSeconds: number | null; heartbeatSeconds: number | null; nextBeatAt: Date },
    now: Date,
  ): Promise<void>;
  /** `assumedHeartbeatSeconds` is kept until history tells, where the input told none. */
  postpone(id: string, until: Date, counts: boolean, assumedHeartbeatSeconds: number | null): Promise<void>;
}

// ---- heartbeats ----

export interface DueBeat extends BeatFacts {
  id: string;
  /** Decided approvals are kept alive too, until their answer is accepted. */
  status: "pending" | "decided";
  lastBeatAt: Date | null;
}

export interface HeartbeatStore {
  /**
   * Takes due beats, most urgent first, and moves each one's next beat forward before anything is sent: a beat that is then
   * lost is simply followed by the next one. Two processes never take the same beat.
   */
  claimDue(now: Date, limit: number, nextOf: (facts: BeatFacts) => Date): Promise<string[]>;
  /** When the earliest beat is due; null: there is none. */
  nextDueAt(): Promise<Date | null>;
  load(ids: readonly string[]): Promise<DueBeat[]>;
  beaten(ids: readonly string[], at: Date): Promise<void>;
  stopBeats(id: string): Promise<void>;
  /**
   * Makes beats due that lie further ahead than they can (HeartbeatSeconds, or `furthestSeconds` where none is declared): the clock
   * was set back. Returns how many.
   */
  pullForward(now: Date, furthestSeconds: number): Promise<number>;
}

// ---- answers ----

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

// ---- Step Functions ----

export type ExecutionStatus =
  "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED" | "PENDING_REDRIVE";

export interface Execution {
  arn: string;
  status: ExecutionStatus;
  startedAt: Date | null;
  stoppedAt: Date | null;
  error: string | null;
  cause: string | null;
  /** JSON text. */
  output: string | null;
}

/** How history says a task ended; `open`: it has not. */
export type TaskEnding =
  | { kind: "open" }
  | { kind: "succeeded"; output: string }
  | { kind: "failed"; error: string | null; cause: string | null }
  | { kind: "timed_out" }
  | { kind: "stopped" };

export interface TaskKey {
  workerName: string;
  activityArn: string;
  executionArn: string | null;
}

export interface StepFunctions {
  /** Throws StepFunctionsUnavailable on anything that another try may cure. */
  beat(id: string): Promise<"alive" | "closed">;
  answer(id: string, answer: Answer): Promise<"accepted" | "closed">;
  /** Looks for the task in history by the unique name of its poll; null: not found. */
  identify(key: TaskKey): Promise<TaskFacts | null>;
  /** Null: history does not know this task. */
  ending(key: TaskKey): Promise<TaskEnding | null>;
  /** Null: no such execution. */
  execution(arn: string): Promise<Execution | null>;
  /**
   * Safe to repeat with the same name and input. `exists`: an execution of this name ran before, with other input or to its end.
   * `refused`: no other try will change Step Functions' mind.
   */
  start(
    stateMachineArn: string,
    name: string,
    input: string,
  ): Promise<{ kind: "started" | "exists"; executionArn: string } | { kind: "refused"; reason: string }>;
}

/** Where tokens come from. */
export interface TaskSource {
  /** One long poll, up to 60 s; null: nothing came. Throws PollFailed. */
  take(activityArn: string, workerName: string): Promise<{ token: TaskToken; input: string } | null>;
  /** Hands a task back as failed, so that a Retry in the state machine can ask again. */
  giveBack(token: TaskToken, error: string, cause: string): Promise<void>;
}

/** A poll failed; `kind` tells how the poller behaves. */
export class PollFailed extends Error {
  override name = "PollFailed";
  readonly kind: "throttled" | "worker_limit" | "no_activity" | "credentials" | "network";
  constructor(kind: PollFailed["kind"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

// ---- the bell ----

export type QueueName = "beats" | "answers" | "identify" | "starts";

/** Rings workers. It carries ids only; a ring that is lost is made up by the next sweep, one that comes twice does no harm. */
export interface Bell {
  /** `key` makes equal rings one while the first still waits. Never throws: a broken bell is logged, and false. */
  ring(queue: QueueName, jobs: readonly { key: string; ids: readonly string[] }[]): Promise<boolean>;
}

export interface RunningWorker {
  /** Takes no new job and waits for those under way. */
  close(): Promise<void>;
}

/** The bell with its other end: whoever works when it rings. */
export interface JobQueue extends Bell {
  /** A handler that throws is logged; its ring is over, and the next sweep rings again if something is still due. */
  work(
    queue: QueueName,
    concurrency: number,
    handler: (ids: readonly string[]) => Promise<void>,
  ): RunningWorker;
  isReachable(): Promise<boolean>;
  /** Jobs that wait or are being worked on. */
  depth(): Promise<number>;
  close(): Promise<void>;
}

// ---- bots ----

export interface ApiTokenRecord {
  id: string;
  name: string;
  hash: Uint8Array;
  scopes: readonly Scope[];
  createdAt: Date;
  expiresAt: Date | null;
}

export interface ApiTokenStore {
  add(token: ApiTokenRecord, events: readonly AuditEvent[]): Promise<void>;
  findByHash(
    hash: Uint8Array,
  ): Promise<(ApiTokenRecord & { lastUsedAt: Date | null; revokedAt: Date | null }) | null>;
  used(id: string, at: Date): Promise<void>;
}
