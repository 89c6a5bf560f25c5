import { backOffMs } from "../domain/back-off.ts";
import type { Deps } from "./deps.ts";
import { StepFunctionsUnavailable } from "./ports/unavailable.ts";

export type StartDeps = Pick<
  Deps,
  "intake" | "supersede" | "bell" | "stepFunctions" | "clock" | "entropy" | "log"
>;

const startLeaseMs = 30_000;
/** A deployment that nobody expects any more must not begin: a newer push may be live by then. */
const giveUpAfterMs = 6 * 3_600_000;
const gaveUp = "not started within six hours, and given up: start it by hand, or push again";

/** Starts one owed execution. Its name makes the start happen once, however often and wherever this runs. */
export async function startExecution(deps: StartDeps, id: string): Promise<void> {
  const now = deps.clock.now();
  const start = await deps.intake.claimStart(id, now, new Date(now.getTime() + startLeaseMs));
  if (start === null) return lookAtOlder(deps, id);
  if (now.getTime() - start.askedAt.getTime() > giveUpAfterMs) {
    const reason = `${gaveUp}${start.lastError === null ? "" : ` (${start.lastError})`}`;
    await deps.intake.refused(id, reason);
    deps.log.error(
      { stateMachineArn: start.stateMachineArn, name: start.name, reason },
      "an execution is given up",
    );
    return;
  }
  try {
    const { stateMachineArn, name, input } = start;
    const result = await deps.stepFunctions.start(stateMachineArn, name, input);
    if (result.kind === "refused") {
      await deps.intake.refused(id, result.reason);
      deps.log.error(
        { stateMachineArn, name, reason: result.reason },
        "Step Functions refuses this execution",
      );
      return;
    }
    const { kind, executionArn } = result;
    await deps.intake.started(id, executionArn);
    deps.log.info(
      { executionArn },
      kind === "started" ? "execution started" : "this execution was started before",
    );
    await lookAtOlder(deps, id);
  } catch (error) {
    if (!(error instanceof StepFunctionsUnavailable)) throw error;
    const waitMs = backOffMs(start.earlierAttempts, deps.entropy.fraction(), {
      firstMs: 1000,
      maxMs: 300_000,
    });
    await deps.intake.postponeStart(id, new Date(deps.clock.now().getTime() + waitMs), error.message);
    deps.log.warn(
      { stateMachineArn: start.stateMachineArn, name: start.name, err: error, waitMs },
      "could not start an execution; trying again",
    );
  }
}

/** A push whose execution has started may have overtaken older ones: their approvals are looked at one by one. */
async function lookAtOlder(deps: StartDeps, id: string): Promise<void> {
  const older = await deps.supersede.markOlder(id, deps.clock.now());
  await deps.bell.ring(
    "supersede",
    older.map((approvalId) => ({ key: `supersede-${approvalId}-${id}`, ids: [approvalId] })),
  );
}
