import type { Answer } from "../domain/answer.ts";
import { countersignItself } from "../domain/actor.ts";
import { backOffMs } from "../domain/back-off.ts";
import type { Deps } from "./deps.ts";
import { StepFunctionsUnavailable } from "./ports/unavailable.ts";
import type { OwedAnswer } from "./ports/answers.ts";
import type { TaskEnding } from "./ports/step-functions.ts";

type DeliverDeps = Pick<Deps, "answers" | "stepFunctions" | "meter" | "clock" | "entropy" | "log">;

/** While one process sends, the others keep away this long; a process that dies is followed by another one after it. */
export const answerLeaseMs = 30_000;

/** How long a person has to mend what Step Functions refuses, and history to tell what a lost reply said. */
const patienceMs = 24 * 3_600_000;
/** No execution runs longer (quotas of Step Functions: one year). */
const longestExecutionMs = 366 * 24 * 3_600_000;

const tooLate = "Step Functions had stopped waiting before the answer arrived";

/**
 * Sends the answer that a decision owes. The attempt is written down before it is made: so when Step Functions says "closed", we
 * know whether an earlier attempt of ours may have closed it, and then history decides. May run twice, on two processes.
 */
export async function deliverAnswer(deps: DeliverDeps, approvalId: string): Promise<void> {
  const now = deps.clock.now();
  const owed = await deps.answers.claim(approvalId, now, new Date(now.getTime() + answerLeaseMs));
  if (owed === null) return;
  try {
    if (owed.isUncertain) return await settleByHistory(deps, owed);
    const reply = await deps.stepFunctions.answer(approvalId, owed.answer);
    if (reply === "accepted") return await settle(deps, owed, "accepted", null);
    if (typeof reply !== "string")
      return await settle(deps, owed, "uncertain", refusedForGood(reply.refused));
    if (owed.attempt === 1) return await settle(deps, owed, "too_late", `${tooLate}.`);
    await settleByHistory(deps, owed);
  } catch (error) {
    if (!(error instanceof StepFunctionsUnavailable)) throw error;
    await afterFault(deps, owed, error);
  }
}

function refusedForGood(reason: string): string {
  return `Step Functions refuses this answer and did not take it (${reason}). The execution waits until its state times out, or somebody stops it.`;
}

/**
 * What passes is tried again for as long as the task can live; then Step Functions itself says "closed". What a person has to mend
 * has a day.
 */
async function afterFault(
  deps: DeliverDeps,
  owed: OwedAnswer,
  fault: StepFunctionsUnavailable,
): Promise<void> {
  const nowMs = deps.clock.now().getTime();
  if (fault.kind === "refused" && nowMs > owed.decidedAt.getTime() + patienceMs)
    return settle(deps, owed, "uncertain", `For a day the answer could not be sent: ${fault.message}`);
  if (nowMs > endOfLifeMs(owed, longestExecutionMs) + patienceMs)
    return settle(
      deps,
      owed,
      "uncertain",
      `Step Functions could not be asked until the task's time was over: ${fault.message}`,
    );
  await postpone(deps, owed, fault.message, "sent");
}

/** `longestMs`: for a state that declares no TimeoutSeconds. */
function endOfLifeMs({ decidedAt, receivedAt, timeoutSeconds }: OwedAnswer, longestMs: number): number {
  const lifeMs = timeoutSeconds === null ? longestMs : timeoutSeconds * 1000;
  return Math.max(decidedAt.getTime(), receivedAt.getTime() + lifeMs);
}

/** The task is closed, perhaps by an earlier attempt of ours: until history answers, nobody can tell. */
async function settleByHistory(deps: DeliverDeps, owed: OwedAnswer): Promise<void> {
  const ending = await endingOf(deps, owed);
  if (!(ending instanceof Error) && ending !== null && ending.kind !== "open") {
    return isOurs(ending, owed)
      ? settle(deps, owed, "accepted", null)
      : settle(deps, owed, "too_late", `${tooLate} (by its history).`);
  }
  const fault = ending instanceof Error ? ` (${ending.message})` : "";
  const why = `A reply of Step Functions was lost, and history does not tell whether the answer counted${fault}.`;
  if (!owed.isUncertain || deps.clock.now().getTime() <= endOfLifeMs(owed, 0) + patienceMs)
    return postpone(deps, owed, `${why} It is asked again.`, "uncertain");
  await settle(deps, owed, "uncertain", `${why} Look at the execution.`);
}

async function endingOf(
  deps: DeliverDeps,
  owed: OwedAnswer,
): Promise<TaskEnding | StepFunctionsUnavailable | null> {
  try {
    return await deps.stepFunctions.ending(owed);
  } catch (error) {
    if (error instanceof StepFunctionsUnavailable) return error;
    throw error;
  }
}

/** A success carries the decision's id; a failure carries the comment as its cause, so it is compared whole. */
export function isOurs(ending: TaskEnding, owed: { answer: Answer; decisionId: string }): boolean {
  const { answer } = owed;
  if (ending.kind === "succeeded")
    return answer.kind === "success" && ending.output.includes(owed.decisionId);
  if (ending.kind === "failed")
    return answer.kind === "failure" && ending.error === answer.error && ending.cause === answer.cause;
  return false;
}

async function settle(
  deps: DeliverDeps,
  owed: OwedAnswer,
  delivery: "accepted" | "too_late" | "uncertain",
  note: string | null,
): Promise<void> {
  const at = deps.clock.now();
  const { approvalId, decisionId } = owed;
  const event = {
    type: "answer.settled",
    at,
    approvalId,
    actor: countersignItself,
    detail: { decisionId, delivery },
  } as const;
  if (!(await deps.answers.settle(approvalId, owed.attempt, delivery, note, at, [event]))) return;
  deps.meter.answerSettled(delivery, at.getTime() - owed.decidedAt.getTime());
  deps.log[delivery === "accepted" ? "info" : "warn"](
    { approvalId, decisionId, delivery, attempts: owed.attempt, note },
    "answer settled",
  );
}

async function postpone(
  deps: DeliverDeps,
  owed: OwedAnswer,
  note: string,
  delivery: "sent" | "uncertain",
): Promise<void> {
  // An answer that is wanted now is worth a call a minute; history that lags is not.
  const maxMs = delivery === "sent" ? 60_000 : 600_000;
  const waitMs = backOffMs(owed.attempt - 1, deps.entropy.fraction(), { firstMs: 500, maxMs });
  const until = new Date(deps.clock.now().getTime() + waitMs);
  await deps.answers.postpone(owed.approvalId, owed.attempt, { until, note, delivery });
  deps.meter.answerPostponed();
  deps.log.warn(
    { approvalId: owed.approvalId, attempts: owed.attempt, waitMs, note },
    delivery === "sent" ? "answer not delivered; trying again" : "answer uncertain; asking history again",
  );
}
