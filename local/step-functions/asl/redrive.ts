import type { ExecutionState } from "./execution.ts";
import { historyLimit } from "./history.ts";
import { pathsBelow } from "./threads.ts";
import { appendOfExecution, follow, hereAt, setVisit, type Here, type Turn } from "./turn.ts";

/** Why an execution cannot be taken up again, in AWS's words; undefined if it can. */
export function notRedrivable({ status, lastEventId }: ExecutionState): string | undefined {
  if (status === "RUNNING" || status === "SUCCEEDED") return `Execution is ${status} and cannot be redriven`;
  return lastEventId + 1 >= historyLimit ? "Execution history event limit exceeded" : undefined;
}

/**
 * Takes a closed execution up where it stopped: every state that was being visited begins again, its retries forgotten. A
 * Parallel or Map state that had failed as a whole begins as a whole.
 */
export function redrive(turn: Turn, begin: (here: Here) => void): void {
  const { error: _error, cause: _cause, stoppedAt: _stoppedAt, ...state } = turn.state;
  const redriveCount = (state.redriveCount ?? 0) + 1;
  turn.state = { ...state, status: "RUNNING", redriveCount, redrivenAt: turn.at };
  const details = { redriveCount };
  const redriven = appendOfExecution(turn, state.lastEventId, { type: "ExecutionRedriven", details });
  for (const [path, { visit }] of [...pathsBelow(state.root, [])]) {
    if (visit === undefined || visit.waiting?.for === "branches") continue;
    const { waiting: _, ...rest } = visit;
    setVisit(turn, path, { ...rest, retries: [] });
    follow(turn, path, redriven);
    const here = hereAt(turn, path);
    if (here !== undefined) begin(here);
  }
}
