import type { Effect, ExecutionEvent, Occurrence } from "../asl/execution-event.ts";
import { pathOf, type ActivityWait } from "../asl/execution.ts";
import { step } from "../asl/interpreter.ts";
import type { Json } from "../asl/json.ts";
import type { ServiceTask } from "../asl/service-task.ts";
import { findThread, pathsBelow } from "../asl/threads.ts";
import { childOutcome } from "./child-outcome.ts";
import type { ExecutionRecord, TaskRef, World } from "./world.ts";

/** What the shell must do outside the world after a fact: the world itself is already up to date. */
export type Outward =
  | { readonly type: "timerSet"; readonly executionArn: string; readonly timer: string; readonly at: number }
  | { readonly type: "timerCancelled"; readonly executionArn: string; readonly timer: string }
  | { readonly type: "taskQueued"; readonly activityArn: string }
  | { readonly type: "messageQueued"; readonly queue: string }
  | { readonly type: "tokenWanted"; readonly ref: TaskRef }
  | {
      readonly type: "serviceCalled";
      readonly ref: TaskRef;
      readonly service: ServiceTask;
      readonly parameters: Json;
    }
  | { readonly type: "executionEnded"; readonly executionArn: string }
  /** It has failed by what nobody had foreseen. */
  | { readonly type: "executionBroken"; readonly executionArn: string; readonly error: unknown };

interface Delivery {
  readonly arn: string;
  readonly event: ExecutionEvent;
}

/** Hands an event to an execution, and what follows from it inside the world, until all is quiet. */
export function deliver(world: World, arn: string, first: ExecutionEvent): Outward[] {
  const outward: Outward[] = [];
  const deliveries: Delivery[] = [{ arn, event: first }];
  for (let next = deliveries.shift(); next !== undefined; next = deliveries.shift()) {
    const { event } = next;
    const execution = world.executions.get(next.arn);
    if (execution === undefined) continue;
    if (event.type === "timerFired") execution.timers.delete(event.timer);
    const { state, effects, unforeseen } = step(execution.stateMachine.machine, execution.state, event);
    execution.state = state;
    if (unforeseen !== undefined)
      outward.push({ type: "executionBroken", executionArn: state.arn, error: unforeseen });
    for (const effect of effects) {
      for (const { executionArn, occurrence } of perform(world, execution, effect, outward)) {
        // The seed moves on, else an answer would draw the same random numbers as the event before it.
        const seed = event.seed + 1 + deliveries.length;
        deliveries.push({ arn: executionArn, event: { ...occurrence, at: event.at, seed } });
      }
    }
  }
  return outward;
}

export function setTimer(world: World, { timers }: ExecutionRecord, timer: string, at: number): void {
  world.timersSet += 1;
  timers.set(timer, { at, order: world.timersSet });
}

interface Answer {
  readonly executionArn: string;
  readonly occurrence: Occurrence;
}

function perform(
  world: World,
  execution: ExecutionRecord,
  effect: Effect,
  outward: Outward[],
): readonly Answer[] {
  const executionArn = execution.state.arn;
  switch (effect.type) {
    case "appendHistory":
      execution.history.push(effect.event);
      return [];
    case "setTimer":
      setTimer(world, execution, effect.timer, effect.at);
      outward.push({ type: "timerSet", executionArn, timer: effect.timer, at: effect.at });
      return [];
    case "cancelTimer":
      execution.timers.delete(effect.timer);
      outward.push({ type: "timerCancelled", executionArn, timer: effect.timer });
      return [];
    case "scheduleActivity":
      return [{ executionArn, occurrence: schedule(world, execution, effect, outward) }];
    case "issueToken":
      outward.push({ type: "tokenWanted", ref: { executionArn, task: effect.task } });
      return [];
    case "callService": {
      const { service, parameters } = effect;
      outward.push({ type: "serviceCalled", ref: { executionArn, task: effect.task }, service, parameters });
      return [];
    }
    case "closeTask":
      closeTask(world, execution, effect.task);
      // Nobody waits for its end any more, be it for a timeout or for another branch that has failed.
      return stop(world, execution.children.get(effect.task));
    case "end":
      return end(world, execution, outward);
  }
}

function end(world: World, execution: ExecutionRecord, outward: Outward[]): readonly Answer[] {
  const { arn, status } = execution.state;
  for (const task of execution.tokens.keys()) closeTask(world, execution, task);
  withdrawAll(world, execution);
  execution.timers.clear();
  outward.push({ type: "executionEnded", executionArn: arn });
  // Whoever waits for the end of others and fails stops them, as AWS does as far as it can.
  const children = status === "SUCCEEDED" ? [] : [...execution.children.values()];
  return [
    ...children.flatMap((child) => stop(world, child)),
    ...execution.parents.flatMap((parent) => tellParent(world, execution, parent)),
  ];
}

function stop(world: World, executionArn: string | undefined): readonly Answer[] {
  const running = world.executions.get(executionArn ?? "")?.state.status === "RUNNING";
  return executionArn === undefined || !running ? [] : [{ executionArn, occurrence: { type: "stopped" } }];
}

function tellParent(world: World, execution: ExecutionRecord, parent: TaskRef): readonly Answer[] {
  const waiting = waitingOf(world, parent);
  if (waiting?.for !== "service" || waiting.task.kind !== "service") return [];
  const occurrence = childOutcome(execution, parent.task, waiting.task.pattern);
  return [{ executionArn: parent.executionArn, occurrence }];
}

/** What the thread of a task waits for. */
export function waitingOf(world: World, { executionArn, task }: TaskRef) {
  const execution = world.executions.get(executionArn);
  return execution === undefined ? undefined : findThread(execution.state.root, pathOf(task))?.visit?.waiting;
}

function schedule(
  world: World,
  execution: ExecutionRecord,
  { task, activityArn, input }: Extract<Effect, { type: "scheduleActivity" }>,
  outward: Outward[],
): Occurrence {
  if (!world.activities.has(activityArn)) return { type: "activityMissing", task };
  const ref = { executionArn: execution.state.arn, task };
  const queue = world.queues.get(activityArn) ?? new Map<string, typeof ref & { input: typeof input }>();
  world.queues.set(activityArn, queue.set(refKey(ref), { ...ref, input }));
  outward.push({ type: "taskQueued", activityArn });
  return { type: "activityScheduled", task };
}

/** Takes a task back: out of a worker's hands, or out of the queue if no worker has taken it. */
function closeTask(world: World, execution: ExecutionRecord, task: string): void {
  const token = execution.tokens.get(task);
  execution.tokens.delete(task);
  if (token !== undefined) world.tokens.delete(token);
  // The state has left the task behind by now, and does not say any more whose activity it was.
  if (token === undefined)
    for (const queue of world.queues.values())
      queue.delete(refKey({ executionArn: execution.state.arn, task }));
}

/** Takes back what no worker has taken yet. */
function withdrawAll(world: World, execution: ExecutionRecord): void {
  for (const [, { visit }] of pathsBelow(execution.state.root, [])) {
    if (visit?.waiting?.for === "activity") withdraw(world, execution, visit.waiting);
  }
}

function withdraw(world: World, execution: ExecutionRecord, { activityArn, key }: ActivityWait): void {
  world.queues.get(activityArn)?.delete(refKey({ executionArn: execution.state.arn, task: key }));
}

export function refKey({ executionArn, task }: TaskRef): string {
  return `${executionArn} ${task}`;
}
