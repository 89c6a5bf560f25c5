import type { BranchesWait, ExecutionState, ThreadPath } from "./execution.ts";
import { historyLimit } from "./history.ts";
import { redriveRun } from "./map-runs.ts";
import { branchesOf, findThread } from "./threads.ts";
import { append, appendOfExecution, follow, hereAt, setVisit, type Here, type Turn } from "./turn.ts";

/** From the end of an execution on: https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html. */
const redrivableMs = 14 * 24 * 3_600_000;

/** Why an execution cannot be taken up again at a moment, in AWS's words; undefined if it can. */
export function notRedrivable(state: ExecutionState, at: number): string | undefined {
  const overdue = state.stoppedAt !== undefined && at - state.stoppedAt > redrivableMs;
  if (state.machineDeleted === true && state.status !== "RUNNING")
    return "State machine is in DELETING status.";
  return closedForGood(state) ?? (overdue ? "Execution redrivable period exceeded" : undefined);
}

/** Why it cannot be taken up again however soon that is tried. What has been redriven late once stays so when it is replayed. */
export function closedForGood({ status, lastEventId }: ExecutionState): string | undefined {
  if (status === "RUNNING" || status === "SUCCEEDED") return `Execution is ${status} and cannot be redriven`;
  return lastEventId + 1 >= historyLimit ? "Execution history event limit exceeded" : undefined;
}

/**
 * Takes a closed execution up where it stopped: every state that was being visited begins again, its retries forgotten. Of a Parallel or
 * Map state these are the branches and items that had failed or were stopped; what had succeeded is kept:
 * https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html.
 */
export function redrive(turn: Turn, begin: (here: Here) => void): void {
  const { error: _error, cause: _cause, stoppedAt: _stoppedAt, interrupted = [], ...state } = turn.state;
  const redriveCount = (state.redriveCount ?? 0) + 1;
  turn.state = { ...state, status: "RUNNING", redriveCount, redrivenAt: turn.at };
  const details = { redriveCount };
  const redriven = appendOfExecution(turn, state.lastEventId, { type: "ExecutionRedriven", details });
  turn.ready.push(...interrupted);
  takeUp(turn, [], { redriven, begin });
}

interface TakingUp {
  /** The id of the event ExecutionRedriven. */
  readonly redriven: number;
  readonly begin: (here: Here) => void;
}

/** A thread and those below it. */
function takeUp(turn: Turn, path: ThreadPath, how: TakingUp): void {
  const thread = turn.state.status === "RUNNING" ? findThread(turn.state.root, path) : undefined;
  // What was taken up before it may have failed at once, and ended this one with it.
  if (thread === undefined) return;
  follow(turn, path, how.redriven);
  // Between two states: what is ready brings it to the next one.
  if (thread.visit === undefined) return;
  const { broken, waiting: stopped, ...visit } = thread.visit;
  const waiting = broken?.waiting ?? stopped;
  if (waiting?.for === "branches") {
    setVisit(turn, path, { ...visit, retries: [], waiting: mended(waiting) });
    turn.ready.push(...(broken?.interrupted ?? []));
    takeUpChildren(turn, path, how);
  } else {
    setVisit(turn, path, { ...visit, retries: [] });
    const here = hereAt(turn, path);
    if (here !== undefined) how.begin(here);
  }
}

/** The items that had failed tolerably are to be done, too. */
function mended(waiting: BranchesWait): BranchesWait {
  if (waiting.map === undefined) return waiting;
  const { lost = {}, ...map } = waiting.map;
  return { ...waiting, children: { ...lost, ...waiting.children }, map: { ...map, failed: 0 } };
}

function takeUpChildren(turn: Turn, path: ThreadPath, how: TakingUp): void {
  const waiting = branchesOf(findThread(turn.state.root, path));
  const run = waiting === undefined ? undefined : redriveRun(turn, waiting);
  if (run !== undefined) {
    const { arn: mapRunArn, redriveCount } = run;
    append(turn, path, { type: "MapRunRedriven", details: { mapRunArn, redriveCount } });
  }
  for (const index of Object.keys(waiting?.children ?? {})) takeUp(turn, [...path, Number(index)], how);
}
