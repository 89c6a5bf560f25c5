import type { BranchesWait, ExecutionState, MapRun, MapRunCounts, Tally, ThreadPath } from "./execution.ts";
import type { Json } from "./json.ts";
import { branchesOf, findThread } from "./threads.ts";
import type { Turn } from "./turn.ts";

/** What the API tells of a distributed Map: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html. */

export function beginRun(
  turn: Turn,
  arn: string,
  limits: Pick<MapRun, "path" | "maxConcurrency" | "toleratedCount" | "toleratedPercentage">,
): void {
  setRun(turn, arn, { ...limits, startedAt: turn.at, redriveCount: 0 });
}

/** `failing`: the item with which the run fails. */
export function endRun(
  turn: Turn,
  waiting: BranchesWait,
  status: "SUCCEEDED" | "FAILED" | "ABORTED",
  failing?: number,
): void {
  const run = runOf(turn.state, waiting);
  if (run === undefined) return;
  const counts = countsOf(waiting, failing);
  setRun(turn, run.arn, { ...run.record, end: { status, at: turn.at, counts } });
}

/** Answers how often the run has been redriven by now; undefined if there is no run. */
export function redriveRun(
  turn: Turn,
  waiting: BranchesWait,
): { arn: string; redriveCount: number } | undefined {
  const run = runOf(turn.state, waiting);
  if (run === undefined) return undefined;
  const { end: _, ...record } = run.record;
  const redriveCount = record.redriveCount + 1;
  setRun(turn, run.arn, { ...record, redriveCount, redrivenAt: turn.at });
  return { arn: run.arn, redriveCount };
}

function runOf(
  { mapRuns }: ExecutionState,
  { map }: BranchesWait,
): { arn: string; record: MapRun } | undefined {
  const record = mapRuns?.[map?.runArn ?? ""];
  return record === undefined || map?.runArn === undefined ? undefined : { arn: map.runArn, record };
}

function setRun(turn: Turn, arn: string, record: MapRun): void {
  turn.state = { ...turn.state, mapRuns: { ...turn.state.mapRuns, [arn]: record } };
}

export interface MapRunProgress {
  readonly status: "RUNNING" | "SUCCEEDED" | "FAILED" | "ABORTED";
  readonly stoppedAt?: number;
  /** Of a run that has ended nothing is running: what was is aborted. */
  readonly counts: MapRunCounts;
}

/** How a run stands. One that was under way when its execution ended is aborted. */
export function progressOf(state: ExecutionState, arn: string, run: MapRun): MapRunProgress {
  if (run.end !== undefined) return { status: run.end.status, stoppedAt: run.end.at, counts: run.end.counts };
  const waiting = waitingFor(state, arn, run.path);
  const counts = waiting === undefined ? { executions: nothing, items: nothing } : countsOf(waiting);
  if (state.status === "RUNNING") return { status: "RUNNING", counts };
  return {
    status: "ABORTED",
    ...(state.stoppedAt === undefined ? {} : { stoppedAt: state.stoppedAt }),
    counts,
  };
}

function waitingFor({ root }: ExecutionState, arn: string, path: ThreadPath): BranchesWait | undefined {
  const waiting = branchesOf(findThread(root, path));
  return waiting?.map?.runArn === arn ? waiting : undefined;
}

const nothing: Tally = { pending: 0, running: 0, succeeded: 0, failed: 0, total: 0 };

function countsOf({ map, results, children }: BranchesWait, failing?: number): MapRunCounts {
  if (map === undefined) return { executions: nothing, items: nothing };
  const failed = new Set([
    ...Object.keys(map.lost ?? {}),
    ...(failing === undefined ? [] : [String(failing)]),
  ]);
  const tally = (weight: (item: Json) => number): Tally => {
    const sum = { ...nothing };
    for (const [index, item] of map.items.entries()) {
      const key = String(index);
      const part =
        key in results ? "succeeded" : failed.has(key) ? "failed" : key in children ? "running" : "pending";
      sum[part] += weight(item);
      sum.total += weight(item);
    }
    return sum;
  };
  const sizeOf = (item: Json) => (map.batched === true ? (item as { Items: Json[] }).Items.length : 1);
  return { executions: tally(() => 1), items: tally(sizeOf) };
}
