import type { Answer } from "../domain/answer.ts";
import { countersignItself } from "../domain/actor.ts";
import { backOffMs } from "../domain/back-off.ts";
import type { Deps } from "./deps.ts";
import { StepFunctionsUnavailable } from "./ports/unavailable.ts";
import type { OwedAnswer } from "./ports/answers.ts";
import type { TaskEnding } from "./ports/step-functions.ts";

type DeliverDeps = Pick<Deps, "answers" | "stepFunctions" | "bell" | "clock" | "entropy" | "log">;

/** While one process sends, the others keep away this long; a process that dies is followed by another one after it. */
export const answerLeaseMs = 30_000;

/** After this many times of asking, a history that does not settle a lost reply never will. */
const maxHistoryAttempts = 10;

/**
 * Sends the answer that a decision owes. The attempt is written down before it is made: so when Step Functions says "closed", we
 * know whether an earlier attempt of ours may have closed it, and then history decides. May run twice, on two processes.
 */
export async function deliverAnswer(deps: DeliverDeps, approvalId: string): Promise<void> {
  const now = deps.clock.now();
  const owed = await deps.answers.claim(approvalId, now, new Date(now.getTime() + answerLeaseMs));
  if (owed === null) return;
  try {
    const reply = await deps.stepFunctions.answer(approvalId, owed.answer);
    if (reply === "accepted") return await settle(deps, owed, "accepted", null);
    if (owed.attempt === 1)
      return await settle(
        deps,
        owed,
        "too_late",
        "Step Functions had stopped waiting before the answer arrived.",
      );
    await settleByHistory(deps, owed);
  } catch (error) {
    if (!(error instanceof StepFunctionsUnavailable)) throw error;
    await postpone(deps, owed, error.message);
  }
}

async function settleByHistory(deps: DeliverDeps, owed: OwedAnswer): Promise<void> {
  const ending = await deps.stepFunctions.ending(owed);
  if (ending !== null && ending.kind !== "open") {
    return isOurs(ending, owed)
      ? settle(deps, owed, "accepted", null)
      : settle(
          deps,
          owed,
          "too_late",
          "Step Functions had stopped waiting before the answer arrived (by its history).",
        );
  }
  const note =
    "A reply of Step Functions was lost, and history does not tell yet whether the answer counted.";
  if (owed.attempt <= maxHistoryAttempts) return postpone(deps, owed, note);
  await settle(
    deps,
    owed,
    "uncertain",
    "A reply of Step Functions was lost, and history does not tell whether the answer counted. Look at the execution.",
  );
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
  await deps.answers.settle(approvalId, owed.attempt, delivery, note, at, [event]);
  deps.log[delivery === "accepted" ? "info" : "warn"](
    { approvalId, decisionId, delivery, attempts: owed.attempt },
    "answer settled",
  );
}

async function postpone(deps: DeliverDeps, owed: OwedAnswer, note: string): Promise<void> {
  const waitMs = backOffMs(owed.attempt - 1, deps.entropy.fraction(), { firstMs: 500, maxMs: 60_000 });
  await deps.answers.postpone(
    owed.approvalId,
    owed.attempt,
    new Date(deps.clock.now().getTime() + waitMs),
    note,
  );
  deps.log.warn(
    { approvalId: owed.approvalId, attempts: owed.attempt, waitMs, note },
    "answer not delivered; trying again",
  );
}
