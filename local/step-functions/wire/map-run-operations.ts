import type { MapRun, Tally } from "../asl/execution.ts";
import { progressOf } from "../asl/map-runs.ts";
import { checkArn } from "../engine/arn.ts";
import { resourceNotFound } from "../engine/aws-error.ts";
import type { Engine } from "../engine/engine.ts";
import type { ExecutionRecord } from "../engine/world.ts";
import { executionOf } from "./execution-operations.ts";
import { operation, type Operation } from "./operation.ts";
import { pageOf } from "./page.ts";
import { epochSeconds } from "./present.ts";
import * as shapes from "./request-shapes.ts";

/** Throws InvalidArn, ResourceNotFound. */
function runOf({ world }: Engine, arn: string): { execution: ExecutionRecord; run: MapRun } {
  checkArn(arn, "mapRun");
  for (const execution of world.executions.values()) {
    const run = execution.state.mapRuns?.[arn];
    if (run !== undefined) return { execution, run };
  }
  throw resourceNotFound(arn);
}

/** `ended`: nothing runs any more, so what was under way is aborted. */
function presentTally({ running, ...tally }: Tally, ended: boolean) {
  return {
    ...tally,
    running: ended ? 0 : running,
    aborted: ended ? running : 0,
    timedOut: 0,
    resultsWritten: 0,
    failuresNotRedrivable: 0,
    pendingRedrive: 0,
  };
}

function presentRun({ state }: ExecutionRecord, arn: string, run: MapRun) {
  const { stoppedAt } = progressOf(state, arn, run);
  return {
    mapRunArn: arn,
    executionArn: state.arn,
    startDate: epochSeconds(run.startedAt),
    ...(stoppedAt === undefined ? {} : { stopDate: epochSeconds(stoppedAt) }),
  };
}

export const mapRunOperations = {
  DescribeMapRun: operation(shapes.mapRunByArn, ({ mapRunArn }, { engine }) => {
    const { execution, run } = runOf(engine, mapRunArn);
    const { status, counts } = progressOf(execution.state, mapRunArn, run);
    const ended = status !== "RUNNING";
    return {
      ...presentRun(execution, mapRunArn, run),
      status,
      maxConcurrency: run.maxConcurrency,
      toleratedFailureCount: run.toleratedCount,
      toleratedFailurePercentage: run.toleratedPercentage,
      itemCounts: presentTally(counts.items, ended),
      executionCounts: presentTally(counts.executions, ended),
      redriveCount: run.redriveCount,
      ...(run.redrivenAt === undefined ? {} : { redriveDate: epochSeconds(run.redrivenAt) }),
    };
  }),

  /** Oldest first. */
  ListMapRuns: operation(shapes.listMapRuns, ({ executionArn, ...paging }, { engine }) => {
    const execution = executionOf(engine, executionArn);
    const { items, ...rest } = pageOf(Object.entries(execution.state.mapRuns ?? {}), paging);
    const { stateMachineArn } = execution.state;
    return {
      mapRuns: items.map(([arn, run]) => ({ ...presentRun(execution, arn, run), stateMachineArn })),
      ...rest,
    };
  }),
} satisfies Record<string, Operation>;
