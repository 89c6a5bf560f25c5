import type { State, StateMachine, TaskState } from "./definition.ts";
import type { Effect, ExecutionEvent } from "./execution-event.ts";
import {
  makeKey,
  pathOf,
  type ExecutionState,
  type Key,
  type Ready,
  type TaskWait,
  type ThreadPath,
  type Transition,
} from "./execution.ts";
import { succeedExecution } from "./flow.ts";
import { attempt, failExecution, faultOf } from "./handle-fault.ts";
import { closedForGood, redrive } from "./redrive.ts";
import { runtimeFault, StateFault } from "./state-fault.ts";
import { activityScheduled, activityStarted } from "./states/activity.ts";
import { choice } from "./states/choice.ts";
import { fail, succeed } from "./states/ends.ts";
import { goOn, itemEnded, map } from "./states/map.ts";
import { branchEnded, parallel } from "./states/parallel.ts";
import { passOn } from "./states/pass.ts";
import { tokenIssued } from "./states/service.ts";
import { heartbeatTimer, resetHeartbeat, timeoutTimer } from "./states/task-clocks.ts";
import * as tasks from "./states/task.ts";
import { waitFor, waitIsOver } from "./states/wait.ts";
import { findThread } from "./threads.ts";
import * as turns from "./turn.ts";
import type { Here, Turn } from "./turn.ts";

/** What a step of the interpreter comes to. The effects are in order; the state is new, the one handed in is as it was. */
export interface Step {
  readonly state: ExecutionState;
  readonly effects: readonly Effect[];
  /** What was thrown and should not have been; the execution has failed with it. */
  readonly unforeseen?: unknown;
}

/** An execution that has not yet begun: hand it the event `started`. */
export type NewExecution = Pick<
  ExecutionState,
  | "arn"
  | "name"
  | "stateMachineArn"
  | "stateMachineName"
  | "stateMachineVersionArn"
  | "stateMachineAliasArn"
  | "roleArn"
  | "input"
  | "startedAt"
>;

export function newExecution(facts: NewExecution): ExecutionState {
  return { ...facts, status: "RUNNING", lastEventId: 0, lastKey: 0, root: { lastEventId: 0 } };
}

const machineTimer = makeKey("machine", [], 0);

/**
 * The states language, as a pure function: no clock, no randomness, no input or output. Events that come too late (a timer
 * of a state that has been left, an answer to a closed task) change nothing, and so does any event of a closed execution. Never throws.
 */
export function step(machine: StateMachine, state: ExecutionState, event: ExecutionEvent): Step {
  const open = event.type === "redriven" ? closedForGood(state) === undefined : state.status === "RUNNING";
  if (!open) return { state, effects: [] };
  const turn = turns.beginTurn(machine, state, event);
  try {
    take(turn, event);
    for (let next = turn.ready.shift(); next !== undefined; next = turn.ready.shift()) {
      if (turn.state.machineDeleted === true) abort(turn);
      else goOnWith(turn, next);
    }
  } catch (error) {
    const full = "The execution reached the maximum number of history events (25000).";
    const fault =
      error instanceof turns.HistoryFull ? new StateFault("States.Runtime", full) : faultOf(turn, error);
    if (turn.state.status === "RUNNING") failExecution(turn, [], fault);
  }
  const { state: after, effects, unforeseen } = turn;
  return { state: after, effects, ...(unforeseen === undefined ? {} : { unforeseen }) };
}

function take(turn: Turn, event: ExecutionEvent): void {
  switch (event.type) {
    case "started":
      return start(turn);
    case "stopped":
      return stop(turn, event);
    case "redriven":
      armMachineTimer(turn);
      return redrive(turn, begin);
    case "timerFired":
      return timerFired(turn, event.timer);
    default:
      return takeForTask(turn, event);
  }
}

type TaskEvent = Exclude<ExecutionEvent, { type: "started" | "stopped" | "redriven" | "timerFired" }>;

/** Deals with an event of a task, if it is still the one that its thread waits for. */
function takeForTask(turn: Turn, event: TaskEvent): void {
  const found = turns.hereAt(turn, pathOf(event.task));
  const waiting = found?.visit.waiting;
  if (found === undefined || (waiting?.for !== "activity" && waiting?.for !== "service")) return;
  if (waiting.key !== event.task) return;
  const here = as(found, "Task");
  switch (event.type) {
    case "taskHeartbeat":
      return resetHeartbeat(here, waiting);
    case "taskSucceeded":
      return tasks.taskSucceeded(here, waiting, event.output);
    case "taskFailed":
      return tasks.taskFailed(here, waiting, event);
    default:
      return takeInPhase(here, waiting, event);
  }
}

/** What only one kind of task is told. */
function takeInPhase(
  here: Here<TaskState>,
  waiting: TaskWait,
  event: Exclude<TaskEvent, { type: "taskHeartbeat" | "taskSucceeded" | "taskFailed" }>,
): void {
  if (waiting.for === "activity") {
    if (event.type === "activityScheduled") activityScheduled(here, waiting);
    if (event.type === "activityStarted") activityStarted(here, waiting, event.workerName);
    if (event.type === "activityMissing") {
      attempt(here, () => {
        throw runtimeFault(`The activity ${waiting.activityArn} does not exist.`);
      });
    }
    return;
  }
  if (event.type === "tokenIssued") attempt(here, () => tokenIssued(here, waiting, event.token));
  if (waiting.phase !== "called") return;
  if (event.type === "serviceAnswered") tasks.serviceAnswered(here, waiting, event.output);
  if (event.type === "serviceRefused") tasks.serviceRefused(here, waiting, event);
}

function start(turn: Turn): void {
  const { input, roleArn, stateMachineVersionArn: version, stateMachineAliasArn: alias } = turn.state;
  const details = {
    roleArn,
    ...(version === undefined ? {} : { stateMachineVersionArn: version }),
    ...(alias === undefined ? {} : { stateMachineAliasArn: alias }),
  };
  turns.appendOfExecution(turn, 0, { type: "ExecutionStarted", input, details });
  armMachineTimer(turn);
  turn.ready.push({ path: [], state: turn.machine.StartAt, input });
}

function armMachineTimer({ machine, at, effects }: Turn): void {
  if (machine.TimeoutSeconds === undefined) return;
  effects.push({ type: "setTimer", timer: machineTimer, at: at + machine.TimeoutSeconds * 1000 });
}

function stop(turn: Turn, { error, cause }: { error?: string; cause?: string }): void {
  const details = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
  turns.appendOfExecution(turn, 0, { type: "ExecutionAborted", details });
  turn.state = { ...turn.state, ...details, status: "ABORTED", stoppedAt: turn.at };
  turn.effects.push({ type: "end" });
}

/** Its machine is gone: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html. */
function abort(turn: Turn): void {
  turn.ready = [];
  stop(turn, {});
}

function timerFired(turn: Turn, timer: Key): void {
  if (timer === machineTimer) return timeOut(turn);
  const here = turns.hereAt(turn, pathOf(timer));
  const waiting = here?.visit.waiting;
  if (here === undefined || waiting === undefined || waiting.for === "branches") return;
  if (waiting.for === "activity" || waiting.for === "service") {
    const heartbeat = timer === heartbeatTimer(waiting);
    if (heartbeat || timer === timeoutTimer(waiting))
      tasks.taskTimedOut(as(here, "Task"), waiting, heartbeat);
  } else if (waiting.key === timer) {
    turns.wait(here, undefined);
    const now = turns.renewed(here);
    if (waiting.for === "retry" && turn.state.machineDeleted === true) abort(turn);
    else if (waiting.for === "retry") begin(now);
    else attempt(now, () => waitIsOver(as(now, "Wait")));
  }
}

/** The error stands in the history alone: DescribeExecution names none. */
function timeOut(turn: Turn): void {
  const details = { error: "States.Timeout" };
  turns.appendOfExecution(turn, 0, { type: "ExecutionTimedOut", details });
  turn.state = { ...turn.state, status: "TIMED_OUT", stoppedAt: turn.at };
  turn.effects.push({ type: "end" });
}

function goOnWith(turn: Turn, next: Ready): void {
  if ("state" in next) return enter(turn, next);
  if ("failed" in next)
    return parentGoesOn(turn, next, (here) =>
      goOn(as(here, "Map"), turns.threadAt(turn, here.path).lastEventId),
    );
  if (next.path.length === 0) return succeedExecution(turn, next.path, next.output);
  parentGoesOn(turn, next, (here) =>
    here.definition.Type === "Map"
      ? itemEnded(as(here, "Map"), next.path, next.output)
      : branchEnded(as(here, "Parallel"), next.path, next.output),
  );
}

/** What its state does with a child is a part of the state: its Retry and Catch apply. */
function parentGoesOn(turn: Turn, { path }: Ready, part: (here: Here) => void): void {
  const here = turns.hereAt(turn, path.slice(0, -1));
  if (here !== undefined) attempt(here, () => part(here));
}

function enter(turn: Turn, { path, state, input }: Transition): void {
  const definition = definitionOf(turn, path, state);
  const { lastEventId: beforeEventId } = findThread(turn.state.root, path) ?? { lastEventId: 0 };
  const details = { name: state };
  const enteredEventId = turns.append(turn, path, { type: `${definition.Type}StateEntered`, details, input });
  const visit = { state, enteredAt: turn.at, enteredEventId, beforeEventId, input, retries: [] };
  turns.setVisit(turn, path, visit);
  begin({ turn, path, definition, visit });
}

/** Validation has proved that it exists. */
function definitionOf(turn: Turn, path: ThreadPath, name: string): State {
  const definition = turns.stateIn(turn, path, name);
  if (definition === undefined) throw new Error(`no state ${name} at ${path.join(".")}`);
  return definition;
}

/** Begins a state, for the first time or once more. */
function begin(here: Here): void {
  attempt(here, () => {
    switch (here.definition.Type) {
      case "Pass":
        return passOn(as(here, "Pass"));
      case "Task":
        return tasks.task(as(here, "Task"));
      case "Choice":
        return choice(as(here, "Choice"));
      case "Wait":
        return waitFor(as(here, "Wait"));
      case "Succeed":
        return succeed(as(here, "Succeed"));
      case "Fail":
        return fail(as(here, "Fail"));
      case "Parallel":
        return parallel(as(here, "Parallel"));
      case "Map":
        return map(as(here, "Map"));
    }
  });
}

/** Narrows a place to the type of its state, which its definition has just told. */
function as<Type extends turns.StateType>(here: Here, type: Type): Here<turns.StateOf<Type>> {
  if (here.definition.Type !== type)
    throw new Error(`expected a ${type} state, found ${here.definition.Type}`);
  return here as Here<turns.StateOf<Type>>;
}
