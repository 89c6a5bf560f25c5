import type { Catcher, Retrier, State } from "./definition.ts";
import type { ThreadPath } from "./execution.ts";
import { leaveBy } from "./flow.ts";
import type { JsonObject } from "./json.ts";
import { EvaluationFault, faultDetails, runtimeFault, RuntimeFault, StateFault } from "./state-fault.ts";
import { childFailed, stopOwnChildren } from "./states/branches.ts";
import { threadsDownTo } from "./threads.ts";
import {
  append,
  appendAside,
  appendOfExecution,
  follow,
  HistoryFull,
  newKey,
  renewed,
  setVisit,
  threadAt,
  type Here,
  type Turn,
} from "./turn.ts";

/** Neither Retry nor Catch sees these: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html. */
const alwaysFatal = "States.Runtime";
/** A wildcard does not match these; their own name does. */
const hiddenFromAll = new Set([alwaysFatal, "States.DataLimitExceeded"]);

/** Runs a part of a state; what it throws takes the way that the state's Retry and Catch say. */
export function attempt(here: Here, part: () => void): void {
  try {
    part();
  } catch (error) {
    // The part that failed may have noted something in the visit: go on from there, not from what it was before.
    handleFault(renewed(here), faultOf(here.turn, error));
  }
}

/**
 * What was thrown, as a fault. What nobody has foreseen is one that nothing catches: the event is in the journal by now, and a replay has
 * to come to an end with it, and to the same.
 */
export function faultOf(turn: Turn, error: unknown): StateFault {
  if (error instanceof StateFault) return error;
  if (error instanceof HistoryFull) throw error;
  turn.unforeseen ??= error;
  return runtimeFault(`The endpoint failed: ${error instanceof Error ? error.message : String(error)}`);
}

/** Lets a state's Retry, else its Catch, deal with a fault; without either its thread fails. */
function handleFault(failed: Here, thrown: StateFault): void {
  const fault = worded(failed, thrown);
  if (thrown instanceof EvaluationFault) appendEvaluationFailed(failed, thrown, fault);
  const here = stopOwnChildren(renewed(failed), fault);
  if (fault.error === alwaysFatal) return failWhole(here.turn, here.path, fault);
  if (retry(here, fault)) return;
  const { lastEventId: cause } = threadAt(here.turn, here.path);
  appendStateFailed(here);
  const catchers = catchersOf(here.definition);
  const index = catchers.findIndex((each) => matches(each.ErrorEquals, fault));
  const catcher = catchers[index];
  if (catcher === undefined) return failThread(here.turn, here.path, fault);
  try {
    leaveBy(here, catcher, index, errorOutput(fault));
  } catch (error) {
    catcherFailed(here, faultOf(here.turn, error), cause);
  }
}

/** A fault in a catcher's own fields is final. One of JSONata hangs at what the state failed by, and the state fails once more. */
function catcherFailed(here: Here, thrown: StateFault, cause: number): void {
  const fault = worded(here, thrown);
  if (thrown instanceof EvaluationFault) {
    appendEvaluationFailed(here, thrown, fault, cause);
    appendStateFailed(here);
  }
  (fault.error === alwaysFatal ? failWhole : failThread)(here.turn, here.path, fault);
}

function appendStateFailed({ turn, path, definition: { Type: type } }: Here): void {
  if (type === "Parallel" || type === "Map") append(turn, path, { type: `${type}StateFailed` });
}

/** A thread fails: with it the execution, or the Parallel or Map state that it belongs to, whose Retry and Catch come next. */
function failThread(turn: Turn, path: ThreadPath, fault: StateFault): void {
  if (path.length === 0) return failExecution(turn, path, fault);
  const parent = childFailed(turn, path, fault);
  if (parent !== undefined) handleFault(parent.here, parent.fault);
}

/** What nothing catches ends the execution; what a distributed Map does with an item counts as an execution of its own. */
function failWhole(turn: Turn, path: ThreadPath, fault: StateFault): void {
  const depth = threadsDownTo(turn.state.root, path).findLastIndex(({ detached }) => detached === true);
  if (depth < 0) failExecution(turn, path, fault);
  else failThread(turn, path.slice(0, depth), fault);
}

function worded({ visit }: Here, fault: StateFault): StateFault {
  if (!(fault instanceof RuntimeFault)) return fault;
  const head = `An error occurred while executing the state '${visit.state}' (entered at the event id #${visit.enteredEventId}). `;
  return new StateFault(fault.error, head + (fault.reason ?? ""), fault.aliases);
}

/** AWS hangs a failed evaluation at what came before the state was entered, as long as nothing has happened in it; else at `cause`. */
function appendEvaluationFailed(
  here: Here,
  { location, early }: EvaluationFault,
  fault: StateFault,
  cause?: number,
): void {
  const { turn, path, visit } = here;
  const { lastEventId } = threadAt(turn, path);
  const untouched = early && lastEventId === visit.enteredEventId;
  const previous = cause ?? (untouched ? visit.beforeEventId : lastEventId);
  const details = {
    ...faultDetails(fault),
    ...(location === undefined ? {} : { location }),
    state: visit.state,
  };
  follow(turn, path, appendAside(turn, path, { type: "EvaluationFailed", details }, previous));
}

/** AWS fills in empty texts for what a worker or a timeout left out. */
function errorOutput({ error, reason }: StateFault): JsonObject {
  return { Error: error ?? "", Cause: reason ?? "" };
}

function matches(names: readonly string[], { error, aliases }: StateFault): boolean {
  return names.some((name) => {
    if (name === "States.ALL") return error === undefined || !hiddenFromAll.has(error);
    if (name === "States.TaskFailed")
      return error !== "States.Timeout" && (error === undefined || !hiddenFromAll.has(error));
    return name === error || aliases.includes(name);
  });
}

function retriersOf(definition: State): readonly Retrier[] {
  return "Retry" in definition ? (definition.Retry ?? []) : [];
}

function catchersOf(definition: State): readonly Catcher[] {
  return "Catch" in definition ? (definition.Catch ?? []) : [];
}

/** Sets the timer of the next attempt, if the first retrier that names the error has an attempt left. */
function retry(here: Here, fault: StateFault): boolean {
  const retriers = retriersOf(here.definition);
  const index = retriers.findIndex((each) => matches(each.ErrorEquals, fault));
  const retrier = retriers[index];
  const used = here.visit.retries[index] ?? 0;
  if (retrier === undefined || used >= (retrier.MaxAttempts ?? 3)) return false;
  const timer = newKey(here, "retry");
  const retries = retriers.map((_, each) => (here.visit.retries[each] ?? 0) + (each === index ? 1 : 0));
  // What broke is of no use any more: the whole state begins again.
  const { broken: _, ...visit } = here.visit;
  setVisit(here.turn, here.path, { ...visit, retries, waiting: { for: "retry", key: timer } });
  const at = here.turn.at + Math.round(retryDelaySeconds(retrier, used, here.turn.random) * 1000);
  here.turn.effects.push({ type: "setTimer", timer, at });
  return true;
}

/** Seconds before the attempt that follows `used` retries. */
export function retryDelaySeconds(retrier: Retrier, used: number, random: () => number): number {
  const { IntervalSeconds: first = 1, BackoffRate: rate = 2, MaxDelaySeconds: most = Infinity } = retrier;
  const delay = Math.min(first * rate ** used, most);
  return retrier.JitterStrategy === "FULL" ? delay * random() : delay;
}

/** Ends the execution FAILED. */
export function failExecution(turn: Turn, path: ThreadPath, fault: StateFault): void {
  const details = faultDetails(fault);
  appendOfExecution(turn, threadAt(turn, path).lastEventId, { type: "ExecutionFailed", details });
  const interrupted = turn.ready.length === 0 ? {} : { interrupted: turn.ready };
  turn.state = { ...turn.state, ...details, ...interrupted, status: "FAILED", stoppedAt: turn.at };
  turn.ready = [];
  turn.effects.push({ type: "end" });
}
