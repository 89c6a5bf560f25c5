import { countersignItself } from "../domain/actor.ts";
import type { Approval, LapsedReason } from "../domain/approval.ts";
import { lapsedReasonByClock } from "../domain/heartbeat.ts";
import type { Deps } from "./deps.ts";
import { StepFunctionsUnavailable } from "./ports/unavailable.ts";
import type { Execution } from "./ports/step-functions.ts";

type LapseDeps = Pick<Deps, "approvals" | "stepFunctions" | "clock" | "log">;

/** Step Functions says that a pending approval's task is closed: finds out why, as far as anybody can tell, and lapses it. */
export async function lapseClosed(deps: LapseDeps, id: string): Promise<void> {
  const approval = await deps.approvals.find(id);
  if (approval?.status !== "pending") return;
  await lapse(deps, approval, await askExecution(deps, approval));
}

/** Lapses with the best reason that an execution's state (null: unknown) and our own clocks give. */
export async function lapse(
  deps: Pick<Deps, "approvals" | "clock" | "log">,
  approval: Approval,
  execution: Execution | null,
): Promise<void> {
  const at = deps.clock.now();
  const reason = reasonFor(approval, execution, at);
  const event = {
    type: "approval.lapsed",
    at,
    approvalId: approval.id,
    actor: countersignItself,
    detail: { reason },
  } as const;
  if (await deps.approvals.lapse(approval.id, reason, at, [event]))
    deps.log.info({ approvalId: approval.id, reason }, "approval lapsed");
}

function reasonFor(
  { receivedAt, lastBeatAt, subject }: Approval,
  execution: Execution | null,
  now: Date,
): LapsedReason {
  const { timeoutSeconds, heartbeatSeconds } = subject;
  // An ended execution tells when the task ended at the latest; one that runs on (Retry, Catch) leaves only our clock.
  const hasEnded = execution !== null && execution.status !== "RUNNING";
  const byClock = lapsedReasonByClock(
    { receivedAt, lastBeatAt, timeoutSeconds, heartbeatSeconds, identified: true },
    (hasEnded ? execution.stoppedAt : null) ?? now,
  );
  if (byClock !== null) return byClock;
  if (!hasEnded) return "unknown";
  return execution.status === "TIMED_OUT" ? "timed_out" : "execution_stopped";
}

async function askExecution(
  deps: LapseDeps,
  { subject, executionIsProven }: Approval,
): Promise<Execution | null> {
  const arn = subject.executionArn;
  // An execution that only the input names may be any other.
  if (arn === null || !executionIsProven) return null;
  try {
    return await deps.stepFunctions.execution(arn);
  } catch (error) {
    if (error instanceof StepFunctionsUnavailable) return null;
    throw error;
  }
}
