import type { ExecutionEvent } from "../asl/execution-event.ts";
import { newExecution, type NewExecution } from "../asl/interpreter.ts";
import { applyLifeFact, type LifeFact } from "./apply-life-fact.ts";
import { applyMachineFact, type MachineFact } from "./apply-machine-fact.ts";
import { deliver, refKey, type Outward } from "./deliver.ts";
import type { Activity, Message, MessageQueue, TaskRef, World } from "./world.ts";

export type { Outward } from "./deliver.ts";

/** What a task of an execution is told in consequence of a fact, as part of it: neither is ever there without the other. */
export interface TaskAnswer {
  readonly executionArn: string;
  readonly event: ExecutionEvent;
}

/** What has happened, in full: no clock and no chance is asked when a fact is applied. The unit of a journal. */
export type Fact =
  | { readonly type: "activityCreated"; readonly activity: Activity }
  | { readonly type: "activityDeleted"; readonly arn: string }
  | MachineFact
  | {
      readonly type: "executionCreated";
      readonly execution: NewExecution;
      readonly inputText: string;
      readonly seed: number;
      /** The task that started it. */
      readonly answer?: TaskAnswer;
      /** The task that waits for its end. */
      readonly parent?: TaskRef;
    }
  /** A task that would have started it waits for the end of an execution that runs already. */
  | {
      readonly type: "executionJoined";
      readonly arn: string;
      readonly answer: TaskAnswer;
      readonly parent: TaskRef;
    }
  | {
      readonly type: "taskHandedOut";
      readonly ref: TaskRef;
      readonly activityArn: string;
      readonly token: string;
      readonly event: ExecutionEvent;
    }
  | {
      readonly type: "tokenIssued";
      readonly ref: TaskRef;
      readonly token: string;
      readonly event: ExecutionEvent;
    }
  | { readonly type: "executionEvent"; readonly arn: string; readonly event: ExecutionEvent }
  | { readonly type: "queueCreated"; readonly queue: Omit<MessageQueue, "messages"> }
  | { readonly type: "queueDeleted"; readonly queue: string }
  | {
      readonly type: "messageSent";
      readonly queue: string;
      readonly message: Message;
      readonly answer?: TaskAnswer;
    }
  | {
      readonly type: "messagesReceived";
      readonly queue: string;
      readonly receipts: readonly {
        readonly id: string;
        readonly receipt: string;
        readonly hiddenUntil: number;
      }[];
    }
  | {
      readonly type: "messageHidden";
      readonly queue: string;
      readonly id: string;
      readonly hiddenUntil: number;
    }
  | { readonly type: "messageDeleted"; readonly queue: string; readonly id: string }
  | LifeFact;

/** Brings a fact into the world. */
export function applyFact(world: World, fact: Fact): Outward[] {
  switch (fact.type) {
    case "activityCreated":
      world.activities.set(fact.activity.arn, fact.activity);
      return [];
    case "activityDeleted":
      world.activities.delete(fact.arn);
      return [];
    case "executionCreated":
      return createExecution(world, fact);
    case "executionJoined":
      join(world, fact.parent, fact.arn);
      return deliver(world, fact.answer.executionArn, fact.answer.event);
    case "taskHandedOut":
      world.queues.get(fact.activityArn)?.delete(refKey(fact.ref));
      keepToken(world, fact.ref, fact.token);
      return deliver(world, fact.ref.executionArn, fact.event);
    case "tokenIssued":
      keepToken(world, fact.ref, fact.token);
      return deliver(world, fact.ref.executionArn, fact.event);
    case "executionEvent":
      return deliver(world, fact.arn, fact.event);
    case "queueCreated":
    case "queueDeleted":
    case "messageSent":
    case "messagesReceived":
    case "messageHidden":
    case "messageDeleted":
      return applyToQueues(world, fact);
    case "resumed":
    case "executionsForgotten":
      applyLifeFact(world, fact);
      return [];
    default:
      applyMachineFact(world, fact);
      return [];
  }
}

function keepToken(world: World, ref: TaskRef, token: string): void {
  const execution = world.executions.get(ref.executionArn);
  // An older version may have gone on with what fails in this one.
  if (execution?.state.status !== "RUNNING") return;
  world.tokens.set(token, ref);
  execution.tokens.set(ref.task, token);
}

function createExecution(world: World, fact: Extract<Fact, { type: "executionCreated" }>): Outward[] {
  const { execution, answer, parent } = fact;
  const { stateMachineArn, stateMachineVersionArn: version } = execution;
  const stateMachine =
    version === undefined
      ? world.stateMachines.get(stateMachineArn)
      : world.versions.get(version)?.stateMachine;
  if (stateMachine === undefined) throw new Error(`no state machine ${version ?? stateMachineArn}`);
  world.executions.set(execution.arn, {
    state: newExecution(execution),
    inputText: fact.inputText,
    stateMachine,
    history: [],
    timers: new Map(),
    tokens: new Map(),
    children: new Map(),
    parents: [],
  });
  if (parent !== undefined) join(world, parent, execution.arn);
  const siblings = world.executionsOf.get(stateMachine.arn);
  if (siblings === undefined) world.executionsOf.set(stateMachine.arn, [execution.arn]);
  else siblings.push(execution.arn);
  // The answer first: an execution that ends at once must not be over before it was started.
  const answered = answer === undefined ? [] : deliver(world, answer.executionArn, answer.event);
  const started = { type: "started", at: execution.startedAt, seed: fact.seed } as const;
  return [...answered, ...deliver(world, execution.arn, started)];
}

function join(world: World, parent: TaskRef, child: string): void {
  world.executions.get(child)?.parents.push(parent);
  world.executions.get(parent.executionArn)?.children.set(parent.task, child);
}

type QueueFact = Extract<
  Fact,
  {
    type:
      | "queueCreated"
      | "queueDeleted"
      | "messageSent"
      | "messagesReceived"
      | "messageHidden"
      | "messageDeleted";
  }
>;

function applyToQueues(world: World, fact: QueueFact): Outward[] {
  if (fact.type === "queueCreated") {
    world.messageQueues.set(fact.queue.name, { ...fact.queue, messages: new Map() });
    return [];
  }
  if (fact.type === "queueDeleted") {
    world.messageQueues.delete(fact.queue);
    return [];
  }
  const messages = world.messageQueues.get(fact.queue)?.messages;
  switch (fact.type) {
    case "messageSent": {
      messages?.set(fact.message.id, fact.message);
      const { answer } = fact;
      const answered = answer === undefined ? [] : deliver(world, answer.executionArn, answer.event);
      return [...answered, { type: "messageQueued", queue: fact.queue }];
    }
    case "messagesReceived":
      for (const { id, ...receipt } of fact.receipts) {
        const message = messages?.get(id);
        if (message !== undefined)
          messages?.set(id, { ...message, ...receipt, received: message.received + 1 });
      }
      return [];
    case "messageHidden": {
      const message = messages?.get(fact.id);
      if (message !== undefined) messages?.set(fact.id, { ...message, hiddenUntil: fact.hiddenUntil });
      return [{ type: "messageQueued", queue: fact.queue }];
    }
    case "messageDeleted":
      messages?.delete(fact.id);
      return [];
  }
}
