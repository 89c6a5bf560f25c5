import type { Deps } from "./deps.ts";
import { lapse } from "./lapse-closed.ts";
import { StepFunctionsUnavailable } from "./ports/unavailable.ts";

type CheckDeps = Pick<Deps, "approvals" | "reconcile" | "survey" | "clock" | "log">;

/** DescribeExecution refills 15 a second at most (quotas of Step Functions), and the budget lets through less. */
const perTurn = 20;

/**
 * Asks Step Functions about executions that something hinted have ended, and lapses what waited for them. Returns whether more may be
 * doubtful.
 */
export async function checkDoubtful(deps: CheckDeps): Promise<boolean> {
  const ids = await deps.reconcile.doubted(perTurn);
  for (const id of ids) if (!(await checkOne(deps, id))) return false;
  return ids.length === perTurn;
}

/** False: Step Functions can answer nobody now; the doubt stays. */
async function checkOne(deps: CheckDeps, id: string): Promise<boolean> {
  const approval = await deps.approvals.find(id);
  const arn = approval?.subject.executionArn ?? null;
  try {
    const execution = arn === null ? null : await deps.survey.execution(arn);
    // An execution that is not there may be in another account or region than ours: nothing may end for that.
    if (approval?.status === "pending" && execution !== null && execution.status !== "RUNNING")
      await lapse(deps, approval, execution);
  } catch (error) {
    if (!(error instanceof StepFunctionsUnavailable)) throw error;
    deps.log.debug({ approvalId: id, err: error }, "could not ask whether this execution still runs");
    if (error.kind === "passing") return false;
    // What a person has to mend concerns this execution alone: the others have their turn, and it has another with the next doubt.
  }
  await deps.reconcile.checked(id, deps.clock.now());
  return true;
}
