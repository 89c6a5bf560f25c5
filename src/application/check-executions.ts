import type { Deps } from "./deps.ts";
import { lapse } from "./lapse-closed.ts";
import { StepFunctionsUnavailable } from "./ports/unavailable.ts";

type CheckDeps = Pick<Deps, "approvals" | "stepFunctions" | "clock" | "log">;

/** An approval is asked about at most this often; StopExecution tells the holder of a token nothing, so somebody must ask. */
const checkIntervalMs = 60_000;
/** DescribeExecution refills 15 a second at most (quotas of Step Functions); one round stays well below. */
const perRound = 30;

/** Lapses pending approvals whose execution has ended elsewhere. */
export async function checkExecutions(deps: CheckDeps): Promise<void> {
  const now = deps.clock.now();
  const ids = await deps.approvals.claimForCheck(now, new Date(now.getTime() - checkIntervalMs), perRound);
  for (const id of ids) await checkExecution(deps, id);
}

/** The same for one approval; a person who looks at it is told at once. */
export async function checkExecution(deps: CheckDeps, id: string): Promise<void> {
  const approval = await deps.approvals.find(id);
  if (approval?.status !== "pending" || approval.subject.executionArn === null) return;
  try {
    const execution = await deps.stepFunctions.execution(approval.subject.executionArn);
    if (execution === null || execution.status === "RUNNING") return;
    await lapse(deps, approval, execution);
  } catch (error) {
    if (!(error instanceof StepFunctionsUnavailable)) throw error;
    deps.log.warn({ approvalId: id, err: error }, "could not ask whether this execution still runs");
  }
}
