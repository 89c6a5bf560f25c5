import type { StateMachine } from "../asl/definition.ts";
import type { ExecutionState, Key } from "../asl/execution.ts";
import type { HistoryEvent } from "../asl/history.ts";
import type { Json, JsonObject } from "../asl/json.ts";

export interface Activity {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: number;
}

export type ConfigurationName = "loggingConfiguration" | "tracingConfiguration" | "encryptionConfiguration";

export interface StateMachineRecord {
  readonly arn: string;
  readonly name: string;
  /** The text as it was sent; AWS gives it back unchanged. */
  readonly definition: string;
  readonly machine: StateMachine;
  readonly roleArn: string;
  readonly createdAt: number;
  /** Absent until it is updated for the first time, as on AWS. */
  readonly revisionId?: string;
  readonly updatedAt?: number;
  /** That its creation published it, and under which description: CreateStateMachine is repeated only with the same. */
  readonly publishedAtOnce?: { readonly description?: string };
  /** Kept and shown; nothing is logged, traced or encrypted by them. */
  readonly configuration?: Readonly<Partial<Record<ConfigurationName, JsonObject>>>;
  /** Which states refer to which variables; worked out once, since every description shows it. */
  readonly variableReferences?: Readonly<Record<string, readonly string[]>>;
}

/** A machine as it was when it was published. */
export interface StateMachineVersion {
  readonly arn: string;
  /** Never used twice for a machine. */
  readonly number: number;
  readonly description?: string;
  readonly createdAt: number;
  readonly stateMachine: StateMachineRecord;
}

/** A name for one or two versions, between which executions are divided. */
export interface StateMachineAlias {
  readonly arn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  readonly description?: string;
  readonly routes: readonly AliasRoute[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface AliasRoute {
  readonly stateMachineVersionArn: string;
  /** In percent. */
  readonly weight: number;
}

export interface ExecutionRecord {
  state: ExecutionState;
  /** The text as it was sent: idempotent starts compare it, DescribeExecution answers with it. */
  readonly inputText: string;
  /** The machine as it was at the start; it may have been deleted since. */
  readonly stateMachine: StateMachineRecord;
  readonly history: HistoryEvent[];
  readonly timers: Map<Key, SetTimer>;
  /** Tokens of the tasks that are in workers' hands. */
  readonly tokens: Map<Key, string>;
  /** The tasks of other executions that wait for the end of this one: that which has started it, and those that have joined it. */
  readonly parents: TaskRef[];
  /** The executions whose ends this one's tasks wait for or have waited for, by task. */
  readonly children: Map<Key, string>;
}

export interface SetTimer {
  /** When it is due, in epoch milliseconds. */
  readonly at: number;
  /** Counts over all executions: of two timers for the same moment, the one that was set first fires first. */
  readonly order: number;
}

/** A task of an execution. */
export interface TaskRef {
  readonly executionArn: string;
  readonly task: Key;
}

export interface QueuedTask extends TaskRef {
  readonly input: Json;
}

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  /** Until then no receiver gets it. */
  readonly hiddenUntil: number;
  /** Handle of the latest receipt, with which it can be deleted. */
  readonly receipt?: string;
  readonly received: number;
}

/** A queue as SQS has them, standard kind. */
export interface MessageQueue {
  readonly name: string;
  readonly visibilitySeconds: number;
  readonly waitSeconds: number;
  readonly delaySeconds: number;
  readonly createdAt: number;
  readonly messages: Map<string, Message>;
}

/**
 * Everything that the endpoint remembers. Plain data, changed by {@link applyFact} alone: whoever applies the same facts in
 * the same order gets the same world, which is what a journal needs. Maps keep the order of insertion: lists, and the
 * tasks' first in, first out, rest on it.
 */
export interface World {
  readonly activities: Map<string, Activity>;
  readonly stateMachines: Map<string, StateMachineRecord>;
  /** By ARN, oldest first. */
  readonly versions: Map<string, StateMachineVersion>;
  /** The number of the latest version of each machine, deleted ones included. */
  readonly lastVersion: Map<string, number>;
  /** By ARN, oldest first. */
  readonly aliases: Map<string, StateMachineAlias>;
  /** By the ARN of what is tagged. */
  readonly tags: Map<string, Readonly<Record<string, string>>>;
  readonly executions: Map<string, ExecutionRecord>;
  /** Arns of executions by machine, oldest first. */
  readonly executionsOf: Map<string, string[]>;
  /** Tasks that no worker has taken yet, by activity. */
  readonly queues: Map<string, Map<string, QueuedTask>>;
  /** Tasks in workers' hands, by token. Closed ones are gone: that a token was once ours can be seen from itself. */
  readonly tokens: Map<string, TaskRef>;
  /** By name. */
  readonly messageQueues: Map<string, MessageQueue>;
  /** How many timers have ever been set. */
  timersSet: number;
}

export function newWorld(): World {
  return {
    activities: new Map(),
    stateMachines: new Map(),
    versions: new Map(),
    lastVersion: new Map(),
    aliases: new Map(),
    tags: new Map(),
    executions: new Map(),
    executionsOf: new Map(),
    queues: new Map(),
    tokens: new Map(),
    messageQueues: new Map(),
    timersSet: 0,
  };
}

/** The task that has waited longest for a worker of this activity. */
export function oldestTask(world: World, activityArn: string): QueuedTask | undefined {
  return world.queues.get(activityArn)?.values().next().value;
}
