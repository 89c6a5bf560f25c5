import { countersignItself } from "../domain/actor.ts";
import type { LapsedReason } from "../domain/approval.ts";
import { lapsedReasonByClock } from "../domain/heartbeat.ts";
import type { Deps } from "./deps.ts";
import { StepFunctionsUnavailable, type DueBeat, type Execution } from "./ports.ts";

type LapseDeps = Pick<Deps, "approvals" | "stepFunctions" | "clock" | "log">;

/** Step Functions says that a pending approval's task is closed: finds out why, as far as anybody can tell, and lapses it. */
export async function lapseClosed(deps: LapseDeps, beat: DueBeat): Promise<void> {
  const reason = lapsedReasonByClock(beat, deps.clock.now()) ?? (await reasonFromExecution(deps, beat.id));
  await lapse(deps, beat.id, reason);
}

export async function lapse(deps: LapseDeps, id: string, reason: LapsedReason): Promise<void> {
  const at = deps.clock.now();
  const event = {
    type: "approval.lapsed",
    at,
    approvalId: id,
    actor: countersignItself,
    detail: { reason },
  } as const;
  if (await deps.approvals.lapse(id, reason, at, [event]))
    deps.log.info({ approvalId: id, reason }, "approval lapsed");
}

/** Why an execution that no longer runs left its approvals behind. */
export function reasonFor(execution: Execution | null): LapsedReason {
  switch (execution?.status) {
    case "TIMED_OUT":
      return "timed_out";
    case "SUCCEEDED":
    case "FAILED":
    case "ABORTED":
    case "PENDING_REDRIVE":
      return "execution_stopped";
    case "RUNNING":
    case undefined:
      return "unknown";
  }
}

async function reasonFromExecution(deps: LapseDeps, id: string): Promise<LapsedReason> {
  const approval = await deps.approvals.find(id);
  if (approval?.subject.executionArn == null) return "unknown";
  try {
    return reasonFor(await deps.stepFunctions.execution(approval.subject.executionArn));
  } catch (error) {
    if (error instanceof StepFunctionsUnavailable) return "unknown";
    throw error;
  }
}
