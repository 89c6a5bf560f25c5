import { answerFor, outputMaxBytes, type Answer, type RejectMode } from "../domain/answer.ts";
import { refOf, type Caller } from "../domain/actor.ts";
import type { Approval, Decision, Verdict } from "../domain/approval.ts";
import type { AuditEvent } from "../domain/audit-event.ts";
import { receiptFor } from "../domain/receipt.ts";
import { visibilityOf } from "../domain/visibility.ts";
import type { ChangedPart } from "../domain/shown.ts";
import { nextPolicyInstant } from "../domain/policy/standing.ts";
import { castVote, withVote, type Ballot, type VoteFault, type VoteOutcome } from "../domain/vote.ts";
import type { Deps } from "./deps.ts";
import type { Idempotency } from "./ports/approvals.ts";
import { changesSince } from "./shown-of.ts";

export interface DecideRequest {
  approvalId: string;
  caller: Caller;
  verdict: Verdict;
  comment: string | null;
  /** JSON text. */
  output: string | null;
  /** The digest of what the caller was shown; null: it does not say. */
  shown?: string | null;
  idempotency: Idempotency | null;
}

export type DecideResult =
  | { kind: "done"; approval: Approval }
  | { kind: "not_found" }
  | { kind: "not_allowed"; why: string }
  | { kind: "already_decided"; decision: Decision }
  | { kind: "incomplete"; faults: readonly VoteFault[] }
  | { kind: "lapsed"; reason: string }
  | { kind: "stale"; changed: readonly ChangedPart[] }
  | { kind: "output_too_large"; bytes: number }
  | { kind: "key_reused" };

export type DecideDeps = Pick<
  Deps,
  "approvals" | "checks" | "bell" | "activities" | "clock" | "entropy" | "log" | "signer"
>;

/** Two who click at once make one conflict; more than a few in a row mean that something is wrong. */
const maxConflicts = 20;

/**
 * The one use case behind every way to decide. Vote, decision, owed answer, audit events and idempotency key are written in one
 * transaction; whoever comes second reads what the first one wrote and is told so. Throws StoreUnavailable.
 */
export async function decide(deps: DecideDeps, request: DecideRequest): Promise<DecideResult> {
  for (let conflict = 0; conflict < maxConflicts; conflict += 1) {
    const repeated = await repeatedRequest(deps, request);
    if (repeated !== null) return repeated;
    const result = await decideOnce(deps, request);
    if (result !== "conflict") return result;
  }
  throw new Error(
    `approval ${request.approvalId} changed ${maxConflicts} times while one vote was being recorded`,
  );
}

/** What an earlier write with the same key came to; null: the key is new. */
export async function repeatedRequest(
  deps: Pick<Deps, "approvals">,
  { idempotency, caller }: Pick<DecideRequest, "idempotency" | "caller">,
): Promise<DecideResult | null> {
  if (idempotency === null) return null;
  const known = await deps.approvals.findIdempotent(idempotency.actor, idempotency.key);
  if (known === null) return null;
  if (!Buffer.from(known.digest).equals(idempotency.digest)) return { kind: "key_reused" };
  const approval = await deps.approvals.find(known.approvalId, visibilityOf(caller));
  return approval === null ? { kind: "not_found" } : { kind: "done", approval };
}

async function decideOnce(deps: DecideDeps, request: DecideRequest): Promise<DecideResult | "conflict"> {
  const { approvals, clock, entropy } = deps;
  const approval = await approvals.find(request.approvalId, visibilityOf(request.caller));
  if (approval === null) return { kind: "not_found" };
  const { caller, verdict, comment, idempotency } = request;
  const changed = await changesSince(deps, approval, request.shown ?? null);
  const ballot: Ballot = {
    ...{ caller, verdict, comment, changed },
    way: "page",
    form: null,
    formFaults: [],
    breakGlassReason: null,
    at: clock.now(),
    decisionId: entropy.uuid(),
  };
  const outcome = castVote(approval, ballot);
  if (outcome.kind !== "decided" && outcome.kind !== "counted") return outcome;
  const decided =
    outcome.kind === "decided" ? await owe(deps, approval, outcome.decision, request.output) : null;
  if (decided?.answer.kind === "success") {
    const bytes = Buffer.byteLength(decided.answer.output);
    if (bytes > outputMaxBytes) return { kind: "output_too_large", bytes };
  }
  const recorded = await approvals.recordVote({
    approval: outcome.approval,
    vote: outcome.vote,
    decided,
    policyDueAt: dueAfter(approval, outcome, ballot.at),
    idempotency: idempotency === null ? null : { ...idempotency, at: ballot.at },
    events: eventsOf(outcome, ballot, decided?.answer ?? null),
  });
  if (recorded === "conflict") return "conflict";
  if (decided !== null) await announce(deps, approval.id, decided.decision);
  const now = await approvals.find(approval.id);
  return now === null ? { kind: "not_found" } : { kind: "done", approval: now };
}

/** When time alone changes something next: with this vote a window may have to be waited for. */
function dueAfter(
  approval: Approval,
  outcome: Extract<VoteOutcome, { kind: "decided" | "counted" }>,
  at: Date,
): Date | null {
  if (outcome.kind === "decided") return null;
  return nextPolicyInstant({ ...approval, votes: withVote(approval.votes, outcome.vote) }, at);
}

/** The answer that the decision owes, with its receipt: signed once, so that every attempt to deliver it sends the same bytes. */
async function owe(deps: DecideDeps, approval: Approval, decision: Decision, output: string | null) {
  const receipt = await deps.signer.sign(
    "countersign-receipt+jwt",
    receiptFor(approval, decision, approval.policyDigest),
  );
  const answer = answerFor(approval.id, decision, output, receipt, rejectMode(deps, approval));
  return { decision, answer, receipt };
}

export function rejectMode(deps: DecideDeps, approval: Approval): RejectMode {
  return (
    deps.activities.get(approval.subject.activityArn)?.reject ?? { as: "failure", error: "RejectedByUser" }
  );
}

export async function announce(deps: DecideDeps, approvalId: string, decision: Decision): Promise<void> {
  deps.log.info({ approvalId, decisionId: decision.id, verdict: decision.verdict }, "decision recorded");
  await deps.bell.ring("answers", [{ key: `answer-${approvalId}-0`, ids: [approvalId] }]);
}

function eventsOf(
  outcome: Extract<VoteOutcome, { kind: "decided" | "counted" }>,
  ballot: Ballot,
  answer: Answer | null,
): AuditEvent[] {
  const common = { at: ballot.at, approvalId: outcome.approval.id, actor: refOf(ballot.caller) };
  const { verdict, comment, class: voteClass } = outcome.vote;
  const voted: AuditEvent = {
    ...common,
    type: "approval.voted",
    detail: { verdict, comment, class: voteClass },
  };
  if (outcome.kind === "counted") return [voted];
  return [voted, { ...common, type: "approval.decided", detail: decidedDetail(outcome, answer) }];
}

/** Enough to find the task in history when the approval is long gone. */
export function decidedDetail(
  { approval, decision }: Pick<Extract<VoteOutcome, { kind: "decided" }>, "approval" | "decision">,
  answer: Answer | null,
): AuditEvent["detail"] {
  const { id: decisionId, verdict, decidedBy } = decision;
  const { repository, commit, activityArn, executionArn } = approval.subject;
  const sent = answer?.kind === "failure" ? { as: "failure", error: answer.error } : { as: "success" };
  const { workerName } = approval;
  return {
    decisionId,
    verdict,
    decidedBy,
    repository,
    commit,
    activityArn,
    executionArn,
    workerName,
    policyDigest: approval.policyDigest,
    answer: sent,
  };
}
