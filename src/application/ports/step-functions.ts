import type { Answer } from "../../domain/answer.ts";
import type { TaskToken } from "../../domain/task-token.ts";
import type { TaskFacts } from "./identify.ts";

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
  /** When the task was handed out. */
  receivedAt: Date;
}

export interface StepFunctions {
  /** Throws StepFunctionsUnavailable on anything that another try may cure. */
  beat(id: string): Promise<"alive" | "closed">;
  /** `refused`: Step Functions will never take this answer, whoever sends it again; the text says why. */
  answer(id: string, answer: Answer): Promise<"accepted" | "closed" | { refused: string }>;
  /**
   * Looks for the task in history by the unique name of its poll. Returns all tasks that it saw on the way, by those names, the one
   * looked for among them or not. Throws StepFunctionsUnavailable, also when the look has to go on later.
   */
  identify(key: TaskKey): Promise<ReadonlyMap<string, TaskFacts>>;
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
  /**
   * Hands a task back as failed, so that a Retry in the state machine can ask again. `given_back` too if nobody waits for it any more,
   * since that is what a repetition is told; `unknown`: Step Functions does not know the token. Throws StepFunctionsUnavailable.
   */
  giveBack(token: TaskToken, error: string, cause: string): Promise<"given_back" | "unknown">;
}

/** A poll failed; `kind` tells how the poller behaves. */
export class PollFailed extends Error {
  override name = "PollFailed";
  readonly kind: "throttled" | "worker_limit" | "no_activity" | "credentials" | "kms" | "network";
  constructor(kind: PollFailed["kind"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
