import type { Effect, ExecutionEvent } from "../asl/execution-event.ts";
import { newExecution, step, type NewExecution } from "../asl/interpreter.ts";
import type { Activity, ExecutionRecord, StateMachineRecord, TaskRef, World } from "./world.ts";

/** What has happened, in full: no clock and no chance is asked when a fact is applied. The unit of a journal. */
export type Fact =
  | { readonly type: "activityCreated"; readonly activity: Activity }
  | { readonly type: "activityDeleted"; readonly arn: string }
  | { readonly type: "stateMachineCreated"; readonly stateMachine: StateMachineRecord }
  | { readonly type: "stateMachineDeleted"; readonly arn: string }
  | {
      readonly type: "executionCreated";
      readonly execution: NewExecution;
      readonly inputText: string;
      readonly seed: number;
    }
  | {
      readonly type: "taskHandedOut";
      readonly ref: TaskRef;
      readonly activityArn: string;
      readonly token: string;
      readonly event: ExecutionEvent;
    }
  | { readonly type: "executionEvent"; readonly arn: string; readonly event: ExecutionEvent };

/** What the shell must do outside the world after a fact: the world itself is already up to date. */
export type Outward =
  | { readonly type: "timerSet"; readonly executionArn: string; readonly timer: string; readonly at: number }
  | { readonly type: "timerCancelled"; readonly executionArn: string; readonly timer: string }
  | { readonly type: "taskQueued"; readonly activityArn: string }
  | { readonly type: "executionEnded"; readonly executionArn: string };

/** Brings a fact into the world. */
export function applyFact(world: World, fact: Fact): Outward[] {
  switch (fact.type) {
    case "activityCreated":
      world.activities.set(fact.activity.arn, fact.activity);
      return [];
    case "activityDeleted":
      world.activities.delete(fact.arn);
      return [];
    case "stateMachineCreated":
      world.stateMachines.set(fact.stateMachine.arn, fact.stateMachine);
      return [];
    case "stateMachineDeleted":
      world.stateMachines.delete(fact.arn);
      return [];
    case "executionCreated":
      return createExecution(world, fact);
    case "taskHandedOut":
      world.queues.get(fact.activityArn)?.delete(refKey(fact.ref));
      world.tokens.set(fact.token, fact.ref);
      world.executions.get(fact.ref.executionArn)?.tokens.set(fact.ref.task, fact.token);
      return deliver(world, fact.ref.executionArn, fact.event);
    case "executionEvent":
      return deliver(world, fact.arn, fact.event);
  }
}

function createExecution(world: World, fact: Extract<Fact, { type: "executionCreated" }>): Outward[] {
  const { execution } = fact;
  const stateMachine = world.stateMachines.get(execution.stateMachineArn);
  if (stateMachine === undefined) throw new Error(`no state machine ${execution.stateMachineArn}`);
  world.executions.set(execution.arn, {
    state: newExecution(execution),
    inputText: fact.inputText,
    stateMachine,
    history: [],
    timers: new Map(),
    tokens: new Map(),
  });
  const siblings = world.executionsOf.get(stateMachine.arn);
  if (siblings === undefined) world.executionsOf.set(stateMachine.arn, [execution.arn]);
  else siblings.push(execution.arn);
  return deliver(world, execution.arn, { type: "started", at: execution.startedAt, seed: fact.seed });
}

/** Hands an event to an execution, and what the engine has to answer to its effects, until it is quiet. */
function deliver(world: World, arn: string, first: ExecutionEvent): Outward[] {
  const execution = world.executions.get(arn);
  if (execution === undefined) return [];
  if (first.type === "timerFired") execution.timers.delete(first.timer);
  const outward: Outward[] = [];
  const events: ExecutionEvent[] = [first];
  for (let event = events.shift(); event !== undefined; event = events.shift()) {
    const { state, effects } = step(execution.stateMachine.machine, execution.state, event);
    execution.state = state;
    for (const effect of effects) {
      const answer = perform(world, execution, effect, outward);
      // The seed moves on, else an answer would draw the same random numbers as the event before it.
      if (answer !== undefined)
        events.push({ ...answer, at: event.at, seed: event.seed + 1 + events.length });
    }
  }
  return outward;
}

type Answer = { readonly type: "activityScheduled" | "activityMissing"; readonly task: string };

function perform(
  world: World,
  execution: ExecutionRecord,
  effect: Effect,
  outward: Outward[],
): Answer | undefined {
  const executionArn = execution.state.arn;
  switch (effect.type) {
    case "appendHistory":
      execution.history.push(effect.event);
      return undefined;
    case "setTimer":
      execution.timers.set(effect.timer, effect.at);
      outward.push({ type: "timerSet", executionArn, timer: effect.timer, at: effect.at });
      return undefined;
    case "cancelTimer":
      execution.timers.delete(effect.timer);
      outward.push({ type: "timerCancelled", executionArn, timer: effect.timer });
      return undefined;
    case "scheduleActivity":
      return schedule(world, execution, effect, outward);
    case "closeTask":
      closeTask(world, execution, effect.task);
      return undefined;
    case "end":
      for (const task of execution.tokens.keys()) closeTask(world, execution, task);
      withdrawAll(world, execution);
      execution.timers.clear();
      outward.push({ type: "executionEnded", executionArn });
      return undefined;
  }
}

function schedule(
  world: World,
  execution: ExecutionRecord,
  { task, activityArn, input }: Extract<Effect, { type: "scheduleActivity" }>,
  outward: Outward[],
): Answer {
  if (!world.activities.has(activityArn)) return { type: "activityMissing", task };
  const ref = { executionArn: execution.state.arn, task };
  const queue = world.queues.get(activityArn) ?? new Map<string, typeof ref & { input: typeof input }>();
  world.queues.set(activityArn, queue.set(refKey(ref), { ...ref, input }));
  outward.push({ type: "taskQueued", activityArn });
  return { type: "activityScheduled", task };
}

function closeTask(world: World, execution: ExecutionRecord, task: string): void {
  const token = execution.tokens.get(task);
  if (token === undefined) return;
  execution.tokens.delete(task);
  world.tokens.delete(token);
}

/** Takes back what no worker has taken yet. */
function withdrawAll(world: World, execution: ExecutionRecord): void {
  const { visit } = execution.state.root;
  if (visit?.waiting?.for !== "activity") return;
  const { activityArn, key } = visit.waiting;
  world.queues.get(activityArn)?.delete(refKey({ executionArn: execution.state.arn, task: key }));
}

function refKey({ executionArn, task }: TaskRef): string {
  return `${executionArn} ${task}`;
}
