import type { StateMachine, TaskState } from "./definition.ts";
import type { Effect, ExecutionEvent } from "./execution-event.ts";
import { makeKey, pathOf, type ActivityWait, type ExecutionState, type Key } from "./execution.ts";
import { attempt, failExecution } from "./handle-fault.ts";
import { runtimeFault, StateFault } from "./state-fault.ts";
import { choice } from "./states/choice.ts";
import { fail, succeed } from "./states/ends.ts";
import { pass } from "./states/pass.ts";
import * as tasks from "./states/task.ts";
import { waitFor, waitIsOver } from "./states/wait.ts";
import * as turns from "./turn.ts";
import type { Here, Turn } from "./turn.ts";

/** What a step of the interpreter comes to. The effects are in order; the state is new, the one handed in is as it was. */
export interface Step {
  readonly state: ExecutionState;
  readonly effects: readonly Effect[];
}

/** An execution that has not yet begun: hand it the event `started`. */
export type NewExecution = Pick<
  ExecutionState,
  "arn" | "name" | "stateMachineArn" | "stateMachineName" | "roleArn" | "input" | "startedAt"
>;

export function newExecution(facts: NewExecution): ExecutionState {
  return { ...facts, status: "RUNNING", lastEventId: 0, lastKey: 0, root: { lastEventId: 0 } };
}

const machineTimer = makeKey("machine", [], 0);

/**
 * The states language, as a pure function: no clock, no randomness, no input or output. Events that come too late (a timer
 * of a state that has been left, an answer to a closed task) change nothing, and so does any event of a closed execution.
 */
export function step(machine: StateMachine, state: ExecutionState, event: ExecutionEvent): Step {
  if (state.status !== "RUNNING") return { state, effects: [] };
  const turn = turns.beginTurn(machine, state, event);
  try {
    take(turn, event);
    for (let next = turn.ready.shift(); next !== undefined; next = turn.ready.shift()) enter(turn, next);
  } catch (error) {
    if (!(error instanceof turns.HistoryFull)) throw error;
    const cause = "The execution reached the maximum number of history events (25000).";
    failExecution(turn, [], new StateFault("States.Runtime", cause));
  }
  return { state: turn.state, effects: turn.effects };
}

function take(turn: Turn, event: ExecutionEvent): void {
  switch (event.type) {
    case "started":
      return start(turn);
    case "stopped":
      return stop(turn, event);
    case "timerFired":
      return timerFired(turn, event.timer);
    case "activityScheduled":
      return withTask(turn, event.task, tasks.activityScheduled);
    case "activityMissing":
      return withTask(turn, event.task, (here, waiting) =>
        attempt(here, () => {
          throw runtimeFault(`The activity ${waiting.activityArn} does not exist.`);
        }),
      );
    case "activityStarted":
      return withTask(turn, event.task, (here, waiting) =>
        tasks.activityStarted(here, waiting, event.workerName),
      );
    case "taskHeartbeat":
      return withTask(turn, event.task, tasks.resetHeartbeat);
    case "taskSucceeded":
      return withTask(turn, event.task, (here, waiting) => {
        tasks.closeActivity(here, waiting);
        attempt(here, () => tasks.activitySucceeded(here, event.output));
      });
    case "taskFailed": {
      const { error, cause } = event;
      const details = {
        ...(error === undefined ? {} : { error }),
        ...(cause === undefined ? {} : { cause }),
      };
      return withTask(turn, event.task, (here, waiting) =>
        endTask(here, waiting, { type: "ActivityFailed", details }, new StateFault(error, cause)),
      );
    }
  }
}

function start(turn: Turn): void {
  const { input, roleArn, startedAt } = turn.state;
  turns.appendOfExecution(turn, 0, { type: "ExecutionStarted", input, details: { roleArn } });
  if (turn.machine.TimeoutSeconds !== undefined) {
    turn.effects.push({
      type: "setTimer",
      timer: machineTimer,
      at: startedAt + turn.machine.TimeoutSeconds * 1000,
    });
  }
  turn.ready.push({ path: [], state: turn.machine.StartAt, input });
}

function stop(turn: Turn, { error, cause }: { error?: string; cause?: string }): void {
  const details = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
  turns.appendOfExecution(turn, 0, { type: "ExecutionAborted", details });
  turn.state = { ...turn.state, ...details, status: "ABORTED", stoppedAt: turn.at };
  turn.effects.push({ type: "end" });
}

function timerFired(turn: Turn, timer: Key): void {
  if (timer === machineTimer) return timeOut(turn);
  const here = turns.hereAt(turn, pathOf(timer));
  const waiting = here?.visit.waiting;
  if (here === undefined || waiting === undefined) return;
  if (waiting.for === "activity") {
    const heartbeat = timer === tasks.heartbeatTimer(waiting);
    if (!heartbeat && timer !== tasks.timeoutTimer(waiting)) return;
    // A missed heartbeat goes into history as States.Timeout too; only Retry and Catch know it by its own name.
    const fault = new StateFault("States.Timeout", undefined, heartbeat ? ["States.HeartbeatTimeout"] : []);
    endTask(here, waiting, { type: "ActivityTimedOut", details: { error: "States.Timeout" } }, fault);
  } else if (waiting.key === timer) {
    if (waiting.for === "retry") begin(here);
    else attempt(here, () => waitIsOver(as(here, "Wait")));
  }
}

function timeOut(turn: Turn): void {
  turns.appendOfExecution(turn, 0, { type: "ExecutionTimedOut" });
  turn.state = { ...turn.state, status: "TIMED_OUT", stoppedAt: turn.at };
  turn.effects.push({ type: "end" });
}

/** Runs `act` if the task is still the one that its thread waits for. */
function withTask(turn: Turn, task: Key, act: (here: Here<TaskState>, waiting: ActivityWait) => void): void {
  const here = turns.hereAt(turn, pathOf(task));
  const waiting = here?.visit.waiting;
  if (here === undefined || waiting?.for !== "activity" || waiting.key !== task) return;
  act(as(here, "Task"), waiting);
}

function endTask(here: Here, waiting: ActivityWait, entry: turns.HistoryEntry, fault: StateFault): void {
  tasks.closeActivity(here, waiting);
  turns.append(here.turn, here.path, entry);
  attempt(here, () => {
    throw fault;
  });
}

function enter(turn: Turn, { path, state, input }: turns.Transition): void {
  const definition = turns.definitionOf(turn.machine, state);
  const enteredEventId = turns.append(turn, path, {
    type: `${definition.Type}StateEntered`,
    details: { name: state },
    input,
  });
  const visit = { state, enteredAt: turn.at, enteredEventId, input, retries: [] };
  turns.setVisit(turn, path, visit);
  begin({ turn, path, definition, visit });
}

/** Begins a state, for the first time or once more. */
function begin(here: Here): void {
  attempt(here, () => {
    switch (here.definition.Type) {
      case "Pass":
        return pass(as(here, "Pass"));
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
    }
  });
}

/** Narrows a place to the type of its state, which its definition has just told. */
function as<Type extends turns.StateType>(here: Here, type: Type): Here<turns.StateOf<Type>> {
  if (here.definition.Type !== type)
    throw new Error(`expected a ${type} state, found ${here.definition.Type}`);
  return here as Here<turns.StateOf<Type>>;
}
