import type { BranchesWait, Ready, Thread, ThreadPath } from "../execution.ts";
import type { Json } from "../json.ts";
import { endRun } from "../map-runs.ts";
import { faultDetails, StateFault } from "../state-fault.ts";
import { branchesOf, pathsBelow, withEntry } from "../threads.ts";
import {
  append,
  appendAside,
  follow,
  hereAt,
  setThread,
  setVisit,
  threadAt,
  wait,
  type Here,
  type Turn,
} from "../turn.ts";
import { closeTask } from "./task-clocks.ts";

/** What Parallel and Map have in common: threads of their own below the state's thread. */

/** Lets a child thread begin. */
export function startChild(here: Here, index: number, thread: Thread, state: string, input: Json): void {
  const path = [...here.path, index];
  setThread(here.turn, path, thread);
  here.turn.ready.push({ path, state, input });
}

/** The parent of a thread, and what it waits for. */
export function parentOf(
  turn: Turn,
  path: ThreadPath,
): { readonly here: Here; readonly waiting: BranchesWait } | undefined {
  const here = hereAt(turn, path.slice(0, -1));
  const waiting = branchesOf(here === undefined ? undefined : threadAt(turn, here.path));
  return here === undefined || waiting === undefined ? undefined : { here, waiting };
}

/** Takes a child that has ended out of the tree and keeps its output. */
export function keepResult(
  { here, waiting }: { here: Here; waiting: BranchesWait },
  index: number,
  output: Json,
): void {
  const { own } = here.turn;
  const children = withEntry(waiting.children, index, undefined, own);
  wait(here, { ...waiting, children, results: withEntry(waiting.results, index, output, own) });
}

/** The outputs in the order of branches or items. */
export function resultsOf({ results }: BranchesWait): Json[] {
  return Object.entries(results)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, output]) => output);
}

/**
 * A child has failed: the others are stopped, and the state fails with the child's fault. A distributed Map may tolerate it
 * instead; undefined then.
 */
export function childFailed(
  turn: Turn,
  path: ThreadPath,
  fault: StateFault,
): { readonly here: Here; readonly fault: StateFault } | undefined {
  const parent = parentOf(turn, path);
  const index = path.at(-1);
  if (parent === undefined || index === undefined) return undefined;
  const { here, waiting } = parent;
  const { lastEventId } = threadAt(turn, path);
  const details = { name: here.visit.state, index };
  const { map } = waiting;
  if (map?.distributed === true) {
    if (map.failed < map.tolerated) {
      const failed = waiting.children[index] ?? { lastEventId };
      const children = withEntry(waiting.children, index, undefined, turn.own);
      const lost = withEntry(map.lost ?? {}, index, failed, turn.own);
      for (const [, thread] of pathsBelow(failed, path)) stopThread(turn, thread);
      wait(here, { ...waiting, children, map: { ...map, failed: map.failed + 1, lost } });
      turn.ready.push({ path, failed: true });
      return undefined;
    }
    endRun(turn, waiting, "FAILED", index);
    const interrupted = stopChildren(here);
    const cause = "The specified tolerated failure threshold was exceeded";
    const error = "States.ExceedToleratedFailureThreshold";
    append(turn, here.path, { type: "MapRunFailed", details: { error, cause } });
    return { here: breakOff(here, interrupted), fault: new StateFault(error, cause) };
  }
  if (map !== undefined) appendAside(turn, path, { type: "MapIterationFailed", details });
  const interrupted = stopChildren(here, index);
  follow(turn, here.path, lastEventId);
  return { here: breakOff(here, interrupted), fault };
}

/** The state waits for its children no more; how they stand is kept for a redrive. */
function breakOff(here: Here, interrupted: readonly Ready[]): Here {
  const { turn, path } = here;
  const waiting = branchesOf(threadAt(turn, path));
  const { waiting: _, ...visit } = here.visit;
  setVisit(turn, path, waiting === undefined ? visit : { ...visit, broken: { waiting, interrupted } });
  return hereAt(turn, path) ?? here;
}

/** Stops all children and what runs below them; AWS notes it for all but the one that has failed. Answers what they were about to do. */
export function stopChildren(here: Here, failed?: number): readonly Ready[] {
  const { turn } = here;
  const children = branchesOf(threadAt(turn, here.path))?.children ?? {};
  for (const [name, child] of Object.entries(children)) {
    const index = Number(name);
    for (const [path, thread] of [...pathsBelow(child, [...here.path, index])].reverse()) {
      stopThread(turn, thread);
      const state = hereAt(turn, path)?.definition.Type;
      const isNoted = index === failed ? wasUnderWay(here, thread, state) : isAbortable(state);
      if (isNoted) append(turn, path, { type: `${state}StateAborted` });
    }
    if (index !== failed && here.definition.Type === "Map") {
      const details = { name: here.visit.state, index };
      appendAside(turn, [...here.path, index], { type: "MapIterationAborted", details });
    }
  }
  const inside = (path: ThreadPath) =>
    path.length > here.path.length && here.path.every((index, depth) => path[depth] === index);
  const interrupted = turn.ready.filter(({ path }) => inside(path));
  turn.ready = turn.ready.filter(({ path }) => !inside(path));
  return interrupted;
}

function isAbortable(state: string | undefined): boolean {
  return state !== undefined && /^(?:Task|Wait|Parallel|Map)$/u.test(state);
}

/** Of a branch that has failed, a Task that had been scheduled is noted, too. */
function wasUnderWay(here: Here, { lastEventId, visit }: Thread, state: string | undefined): boolean {
  return here.definition.Type === "Parallel" && state === "Task" && lastEventId !== visit?.enteredEventId;
}

function stopThread(turn: Turn, thread: Thread): void {
  stopWaiting(turn, thread);
  const below = branchesOf(thread);
  if (below !== undefined) endRun(turn, below, "ABORTED");
}

/**
 * A state that has failed by itself while its children are under way (a Map, in the ItemSelector of a later item) stops them. A redrive
 * goes on with the item that could not begin.
 */
export function stopOwnChildren(here: Here, fault: StateFault): Here {
  const { turn, path } = here;
  const waiting = branchesOf(threadAt(turn, path));
  if (waiting === undefined) return here;
  endRun(turn, waiting, "FAILED");
  const { map } = waiting;
  const unbegun: Ready[] = map === undefined ? [] : [{ path: [...path, map.next], failed: true }];
  const interrupted = [...stopChildren(here), ...unbegun];
  if (map?.distributed === true) append(turn, path, { type: "MapRunFailed", details: faultDetails(fault) });
  return breakOff(here, interrupted);
}

/** Ends what a thread has set going outside. */
export function stopWaiting(turn: Turn, { visit }: Thread): void {
  const waiting = visit?.waiting;
  if (waiting === undefined || waiting.for === "branches") return;
  if (waiting.for === "timer" || waiting.for === "retry")
    turn.effects.push({ type: "cancelTimer", timer: waiting.key });
  else closeTask(turn, waiting);
}
