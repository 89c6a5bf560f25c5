import type { Json } from "./json.ts";

/** Addresses a thread: the indexes of the children on the way down from the root, which is `[]`. */
export type ThreadPath = readonly number[];

/** Names a task or a timer within its execution; carries its thread's path and a number that is never used twice. */
export type Key = string;

export type ExecutionStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";

/** All that an execution is, apart from its definition and its history. Plain data: it can be written and read as JSON. */
export interface ExecutionState {
  readonly arn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly roleArn: string;
  readonly input: Json;
  /** Epoch milliseconds, as all times here. */
  readonly startedAt: number;
  readonly stoppedAt?: number;
  readonly status: ExecutionStatus;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
  readonly lastEventId: number;
  readonly lastKey: number;
  readonly root: Thread;
}

/** One line of control: a sequence of states, each entered when the one before has been left. */
export interface Thread {
  /** What the next event names as its `previousEventId`. */
  readonly lastEventId: number;
  readonly visit?: Visit;
}

/** A state that has been entered and not yet left. */
export interface Visit {
  readonly state: string;
  readonly enteredAt: number;
  readonly enteredEventId: number;
  /** The state's raw input. */
  readonly input: Json;
  /** How often each of the state's retriers has been used. */
  readonly retries: readonly number[];
  readonly waiting?: Waiting;
}

/** What a state needs from outside before it can go on. */
export type Waiting =
  | { readonly for: "timer"; readonly key: Key }
  | { readonly for: "retry"; readonly key: Key }
  | {
      readonly for: "activity";
      readonly key: Key;
      readonly activityArn: string;
      readonly input: Json;
      /** `requested` until the engine has said that the activity exists; the clocks run only once it is `started`. */
      readonly phase: "requested" | "scheduled" | "started";
      readonly timeoutSeconds?: number;
      readonly heartbeatSeconds?: number;
    };

export type ActivityWait = Extract<Waiting, { for: "activity" }>;

/** Makes a key, e.g. `task@0.3#17`. */
export function makeKey(kind: string, path: ThreadPath, number: number): Key {
  return `${kind}@${path.join(".")}#${number}`;
}

/** The thread that a key belongs to. */
export function pathOf(key: Key): ThreadPath {
  const text = key.slice(key.indexOf("@") + 1, key.indexOf("#"));
  return text === "" ? [] : text.split(".").map(Number);
}
