import type { Json } from "./json.ts";
import type { Key } from "./execution.ts";
import type { HistoryEvent } from "./history.ts";
import type { ServiceTask } from "./service-task.ts";

/** What happens to an execution. `at` is in epoch milliseconds; `seed` feeds all randomness of the step. */
export type ExecutionEvent = { readonly at: number; readonly seed: number } & Occurrence;

export type Occurrence =
  | { readonly type: "started" }
  | { readonly type: "timerFired"; readonly timer: Key }
  | { readonly type: "activityScheduled"; readonly task: Key }
  | { readonly type: "activityMissing"; readonly task: Key }
  | { readonly type: "activityStarted"; readonly task: Key; readonly workerName?: string }
  | { readonly type: "tokenIssued"; readonly task: Key; readonly token: string }
  /** A service has answered; the task is done with that unless its pattern says otherwise. */
  | { readonly type: "serviceAnswered"; readonly task: Key; readonly output: Json }
  | { readonly type: "serviceRefused"; readonly task: Key; readonly error: string; readonly cause: string }
  | { readonly type: "taskSucceeded"; readonly task: Key; readonly output: Json }
  | { readonly type: "taskFailed"; readonly task: Key; readonly error?: string; readonly cause?: string }
  | { readonly type: "taskHeartbeat"; readonly task: Key }
  | { readonly type: "stopped"; readonly error?: string; readonly cause?: string }
  /** A closed execution is taken up again where it failed. */
  | { readonly type: "redriven" };

/** What an execution wants done; the interpreter does none of it itself. */
export type Effect =
  | { readonly type: "appendHistory"; readonly event: HistoryEvent }
  /** Replaces a timer of the same name. When it fires, the execution gets `timerFired`. */
  | { readonly type: "setTimer"; readonly timer: Key; readonly at: number }
  | { readonly type: "cancelTimer"; readonly timer: Key }
  /** To be answered with `activityScheduled` or `activityMissing`. */
  | {
      readonly type: "scheduleActivity";
      readonly task: Key;
      readonly activityArn: string;
      readonly input: Json;
    }
  /** To be answered with `tokenIssued`. */
  | { readonly type: "issueToken"; readonly task: Key }
  /** To be answered with `serviceAnswered` or `serviceRefused`. */
  | {
      readonly type: "callService";
      readonly task: Key;
      readonly service: ServiceTask;
      readonly parameters: Json;
    }
  /** The task's token is dead from here on, handed out or not. */
  | { readonly type: "closeTask"; readonly task: Key }
  /** The execution is over: all of its timers and tasks with it. */
  | { readonly type: "end" };
