import type { Json, JsonObject } from "./json.ts";
import type { ServiceTask } from "./service-task.ts";

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
  /** The version that it runs, and the alias by which it was started, if any. */
  readonly stateMachineVersionArn?: string;
  readonly stateMachineAliasArn?: string;
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
  /** How often, and when last, it has been taken up again after it failed. */
  readonly redriveCount?: number;
  readonly redrivenAt?: number;
  readonly root: Thread;
  /** Its machine was deleted: it is aborted with its next transition, if it still runs, and not taken up again. */
  readonly machineDeleted?: true;
  /** What was to be done in the turn in which the execution failed: a redrive does it. */
  readonly interrupted?: readonly Ready[];
  /** By ARN, oldest first. */
  readonly mapRuns?: Readonly<Record<string, MapRun>>;
}

export type Ready = Transition | Ending | Loss;

/** A thread goes on to a state. */
export interface Transition {
  readonly path: ThreadPath;
  readonly state: string;
  readonly input: Json;
}

/** A thread has come to its end. */
export interface Ending {
  readonly path: ThreadPath;
  readonly output: Json;
}

/** A thread has failed, and the Map that it belonged to goes on without it. */
export interface Loss {
  readonly path: ThreadPath;
  readonly failed: true;
}

/** One line of control: a sequence of states, each entered when the one before has been left. */
export interface Thread {
  /** What the next event names as its `previousEventId`. */
  readonly lastEventId: number;
  /** What Assign has set in this thread; those of the threads around it can be seen too. */
  readonly variables?: JsonObject;
  /** What a Map state has this thread for. */
  readonly item?: MapItem;
  /** Of a distributed Map: its events are not part of the execution's history, and it sees no variables from outside. */
  readonly detached?: true;
  readonly visit?: Visit;
}

export interface MapItem {
  readonly index: number;
  /** Of a member of an object. */
  readonly key?: string;
  readonly value: Json;
}

/** A state that has been entered and not yet left. */
export interface Visit {
  readonly state: string;
  readonly enteredAt: number;
  readonly enteredEventId: number;
  /** What came before the state was entered: a failed evaluation is hung there. */
  readonly beforeEventId: number;
  /** The state's raw input. */
  readonly input: Json;
  /** How often each of the state's retriers has been used. */
  readonly retries: readonly number[];
  readonly waiting?: Waiting;
  /** How things stood below a Parallel or Map state when one of its children failed it: a redrive goes on from there. */
  readonly broken?: Broken;
}

export interface Broken {
  readonly waiting: BranchesWait;
  /** What was to be done below the state in the same turn. */
  readonly interrupted: readonly Ready[];
}

/** What a state needs from outside, or from its children, before it can go on. */
export type Waiting =
  | { readonly for: "timer"; readonly key: Key }
  | { readonly for: "retry"; readonly key: Key }
  | ActivityWait
  | ServiceWait
  | BranchesWait;

interface TaskClocks {
  readonly key: Key;
  readonly timeoutSeconds?: number;
  readonly heartbeatSeconds?: number;
}

export interface ActivityWait extends TaskClocks {
  readonly for: "activity";
  readonly activityArn: string;
  readonly input: Json;
  /** `requested` until the engine has said that the activity exists; the clocks run only once it is `started`. */
  readonly phase: "requested" | "scheduled" | "started";
}

export interface ServiceWait extends TaskClocks {
  readonly for: "service";
  readonly task: ServiceTask;
  /**
   * `token`: the engine is asked for a task token, which the state's arguments may contain. `called`: it is asked to call
   * the service. `submitted`: the service has accepted, and what it was asked for is not done yet.
   */
  readonly phase: "token" | "called" | "submitted";
  readonly token?: string;
  readonly parameters?: Json;
}

export type TaskWait = ActivityWait | ServiceWait;

/** The children of a Parallel or Map state. */
export interface BranchesWait {
  readonly for: "branches";
  /** Those that run, by index. */
  readonly children: Readonly<Record<number, Thread>>;
  /** The outputs of those that have succeeded, by index. */
  readonly results: Readonly<Record<number, Json>>;
  readonly map?: MapProgress;
}

export interface MapProgress {
  readonly items: readonly Json[];
  /** The names of the items, if they are the members of an object. */
  readonly keys?: readonly string[];
  /** The items are batches, which ItemSelector has been applied to already. */
  readonly batched?: true;
  /** The state's effective input, which ItemSelector sees. */
  readonly input: Json;
  /** The index of the item to be started next. */
  readonly next: number;
  readonly failed: number;
  /** The threads of the tolerably failed items, as they failed. */
  readonly lost?: Readonly<Record<number, Thread>>;
  /** How many items may fail; only a distributed Map tolerates any. */
  readonly tolerated: number;
  readonly distributed: boolean;
  /** Of a distributed Map. */
  readonly runArn?: string;
}

/** A distributed Map as the API tells of it. */
export interface MapRun {
  /** Of the thread whose state it is. */
  readonly path: ThreadPath;
  readonly startedAt: number;
  /** 0: as many as possible. */
  readonly maxConcurrency: number;
  readonly toleratedCount: number;
  readonly toleratedPercentage: number;
  readonly redriveCount: number;
  readonly redrivenAt?: number;
  readonly end?: {
    readonly status: "SUCCEEDED" | "FAILED" | "ABORTED";
    readonly at: number;
    readonly counts: MapRunCounts;
  };
}

/** Batches count as one execution each. */
export interface MapRunCounts {
  readonly executions: Tally;
  readonly items: Tally;
}

export interface Tally {
  readonly pending: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly total: number;
}

/** Makes a key, e.g. `task@0.3#17`. */
export function makeKey(kind: string, path: ThreadPath, number: number): Key {
  return `${kind}@${path.join(".")}#${number}`;
}

/** The number of a key: of two of one execution, the later one has the greater. */
export function numberOfKey(key: Key): number {
  return Number(key.slice(key.indexOf("#") + 1));
}

/** The thread that a key belongs to. */
export function pathOf(key: Key): ThreadPath {
  const text = key.slice(key.indexOf("@") + 1, key.indexOf("#"));
  return text === "" ? [] : text.split(".").map(Number);
}
