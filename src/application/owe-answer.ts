import type { ActorRef } from "../domain/actor.ts";
import { answerFor, outputMaxBytes, type Answer, type RejectMode } from "../domain/answer.ts";
import type { Approval, Decision, Vote } from "../domain/approval.ts";
import type { AuditEvent } from "../domain/audit-event.ts";
import { countingVotes, votesNotCounting } from "../domain/policy/voter.ts";
import { receiptFor } from "../domain/receipt.ts";
import type { Deps } from "./deps.ts";

export type OweDeps = Pick<Deps, "activities" | "signer">;

export interface Owed {
  decision: Decision;
  answer: Answer;
  receipt: string;
}

/** The answer that the decision owes, with its receipt: signed once, so that every attempt to deliver it sends the same bytes. */
export async function oweAnswer(
  deps: OweDeps,
  approval: Approval,
  decision: Decision,
  votes: readonly Vote[],
): Promise<Owed> {
  const receipt = await deps.signer.sign(
    "countersign-receipt+jwt",
    receiptFor(approval, decision, approval.policyDigest),
  );
  // What somebody says whose vote counts no more is not handed on either.
  const counting = countingVotes(votes, approval.subject.involved, approval.policy.parts);
  const handed = { output: lastOf(counting, decision, "output"), form: lastOf(counting, decision, "form") };
  return {
    decision,
    answer: answerFor(approval.id, decision, handed, receipt, rejectMode(deps, approval)),
    receipt,
  };
}

/** Of the votes that say what was decided, the newest that brings one. */
function lastOf(votes: readonly Vote[], { verdict }: Decision, what: "output" | "form"): string | null {
  const bringing = votes.filter((vote) => vote.verdict === verdict && vote[what] !== null);
  return bringing.at(-1)?.[what] ?? null;
}

/** What an answer has beside output and form: ids, names, comment and receipt. */
const restBytes = 32_768;

/** How long the task's output would be; null: Step Functions takes it. A vote that completes nothing yet must leave room for the rest. */
export function tooLarge(answer: Answer | null, vote: Pick<Vote, "output" | "form">): number | null {
  if (answer !== null) {
    const bytes = answer.kind === "success" ? Buffer.byteLength(answer.output) : 0;
    return bytes > outputMaxBytes ? bytes : null;
  }
  const bytes = Buffer.byteLength(vote.output ?? "") + Buffer.byteLength(vote.form ?? "") + restBytes;
  return bytes > outputMaxBytes ? bytes : null;
}

export function rejectMode({ activities }: Pick<Deps, "activities">, { subject }: Approval): RejectMode {
  return activities.get(subject.activityArn)?.reject ?? { as: "failure", error: "RejectedByUser" };
}

/** Rings for the answer; whatever does not ring, the sweep finds. */
export async function announceDecision(
  deps: Pick<Deps, "bell" | "log">,
  approvalId: string,
  decision: Decision,
): Promise<void> {
  deps.log.info({ approvalId, decisionId: decision.id, verdict: decision.verdict }, "decision recorded");
  await deps.bell.ring("answers", [{ key: `answer-${approvalId}-0`, ids: [approvalId] }]);
}

/** Enough to find the task in history when the approval is long gone. */
export function decidedDetail(
  approval: Approval,
  decision: Decision,
  answer: Answer | null,
): AuditEvent["detail"] {
  const { id: decisionId, verdict, decidedBy, comment, breakGlassReason } = decision;
  const { repository, commit, activityArn, executionArn } = approval.subject;
  const { workerName, policyDigest } = approval;
  // Whoever decides has voted again, should an earlier vote of theirs have counted no more.
  const decides = ({ kind, id }: ActorRef) => decidedBy.some((each) => each.kind === kind && each.id === id);
  const notCounted = votesNotCounting(approval)
    .filter(({ vote }) => !decides(vote.actor))
    .map(({ vote: { actor }, why }) => ({ actor, why }));
  return {
    decisionId,
    verdict,
    decidedBy,
    comment,
    ...(notCounted.length === 0 ? {} : { notCounted }),
    repository,
    commit,
    activityArn,
    executionArn,
    workerName,
    policyDigest,
    ...(breakGlassReason === null ? {} : { breakGlassReason }),
    answer: answer?.kind === "failure" ? { as: "failure", error: answer.error } : { as: "success" },
  };
}
