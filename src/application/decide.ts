import type { Answer } from "../domain/answer.ts";
import { refOf, type Caller } from "../domain/actor.ts";
import type { Approval, Decision, Verdict } from "../domain/approval.ts";
import type { AuditEvent } from "../domain/audit-event.ts";
import { visibilityOf } from "../domain/visibility.ts";
import type { ChangedPart } from "../domain/shown.ts";
import { nextPolicyInstant } from "../domain/policy/standing.ts";
import {
  afterVote,
  castVote,
  withVote,
  type Ballot,
  type RecordedVote,
  type VoteFault,
} from "../domain/vote.ts";
import type { Deps } from "./deps.ts";
import type { Idempotency } from "./ports/approvals.ts";
import { announceDecision, decidedDetail, oweAnswer, tooLarge } from "./owe-answer.ts";
import { createOneAtATime } from "./one-at-a-time.ts";
import { ApprovalBusy } from "./ports/unavailable.ts";
import { changesSince } from "./shown-of.ts";

export interface DecideRequest {
  approvalId: string;
  caller: Caller;
  verdict: Verdict;
  comment: string | null;
  /** JSON text. */
  output: string | null;
  /** The policy's form filled in, as JSON text. */
  form?: string | null;
  /** An administrator's reason to decide alone. */
  breakGlassReason?: string | null;
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
  "approvals" | "checks" | "bell" | "activities" | "clock" | "entropy" | "forms" | "log" | "signer"
>;

/** Whoever meets a conflict queues up in this process; what is left are conflicts with other processes, which wait a moment for each other. */
const maxConflicts = 40;
const longestWaitMs = 250;
const oneAtATime = createOneAtATime();

/**
 * The one use case behind every way to decide. Vote, decision, owed answer, audit events and idempotency key are written in one
 * transaction; whoever comes second reads what the first one wrote and is told so. Throws StoreUnavailable, and ApprovalBusy.
 */
export async function decide(deps: DecideDeps, request: DecideRequest): Promise<DecideResult> {
  const result = await tryToDecide(deps, request);
  return result === "conflict" ? oneAtATime(request.approvalId, () => decideInTurn(deps, request)) : result;
}

async function decideInTurn(deps: DecideDeps, request: DecideRequest): Promise<DecideResult> {
  for (let conflict = 1; conflict < maxConflicts; conflict += 1) {
    const result = await tryToDecide(deps, request);
    if (result !== "conflict") return result;
    await letOthersGo(deps, conflict);
  }
  throw new ApprovalBusy(
    `Approval ${request.approvalId} changed ${maxConflicts} times while this vote was being recorded. Nothing was recorded; try again.`,
  );
}

async function tryToDecide(deps: DecideDeps, request: DecideRequest): Promise<DecideResult | "conflict"> {
  const repeated = await repeatedRequest(deps, request);
  if (repeated !== null) return repeated;
  const result = await decideOnce(deps, request);
  if (result === "conflict" || result.kind === "done") return result;
  // What refuses it may be the very same request, recorded since its key was looked up.
  return (await repeatedRequest(deps, request)) ?? result;
}

/** Once or twice somebody was quicker; more often, several processes are in each other's way, and each waits another while. */
async function letOthersGo({ clock, entropy }: DecideDeps, conflict: number): Promise<void> {
  if (conflict < 2) return;
  await clock.sleep(entropy.fraction() * Math.min(longestWaitMs, 5 * 2 ** conflict));
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
  const form = request.form ?? null;
  const ballot: Ballot = {
    caller,
    verdict,
    comment,
    changed,
    form,
    way: "page",
    output: request.output,
    formFaults: formFaults(deps, approval, form),
    breakGlassReason: request.breakGlassReason ?? null,
    at: clock.now(),
    decisionId: entropy.uuid(),
  };
  const outcome = castVote(approval, ballot);
  if (outcome.kind !== "decided" && outcome.kind !== "counted") return outcome;
  const votes = withVote(approval.votes, outcome.vote);
  const decided =
    outcome.kind === "decided" ? await oweAnswer(deps, approval, outcome.decision, votes) : null;
  const bytes = tooLarge(decided?.answer ?? null, outcome.vote);
  if (bytes !== null) return { kind: "output_too_large", bytes };
  const policyDueAt = dueAfter(approval, outcome, ballot.at);
  const recorded = await approvals.recordVote({
    approval: outcome.approval,
    vote: outcome.vote,
    decided,
    policyDueAt,
    idempotency: idempotency === null ? null : { ...idempotency, at: ballot.at },
    events: eventsOf(outcome, ballot, decided?.answer ?? null),
  });
  if (recorded === "conflict") return "conflict";
  if (decided !== null) await announceDecision(deps, approval.id, decided.decision);
  return { kind: "done", approval: afterVote(outcome, policyDueAt) };
}

function formFaults({ forms }: DecideDeps, { policy }: Approval, form: string | null): VoteFault[] {
  if (form === null) return [];
  const schemas = policy.parts.flatMap((part) => part.form ?? []);
  if (schemas.length === 0) return [{ field: "form", message: "is not asked for: this policy has no form" }];
  return schemas.flatMap((schema) => forms.faults(schema, form));
}

/** When time alone changes something next: with this vote a window may have to be waited for. */
function dueAfter(approval: Approval, outcome: RecordedVote, at: Date): Date | null {
  if (outcome.kind === "decided") return null;
  // What is due already has not been seen to yet.
  if (approval.policyDueAt !== null && approval.policyDueAt <= at) return approval.policyDueAt;
  return nextPolicyInstant({ ...approval, votes: withVote(approval.votes, outcome.vote) }, at);
}

function eventsOf(outcome: RecordedVote, ballot: Ballot, answer: Answer | null): AuditEvent[] {
  const common = { at: ballot.at, approvalId: outcome.approval.id, actor: refOf(ballot.caller) };
  const { verdict, comment, form, breakGlassReason, class: voteClass } = outcome.vote;
  const voted: AuditEvent = {
    ...common,
    type: "approval.voted",
    detail: { verdict, comment, class: voteClass, ...(form === null ? {} : { form }) },
  };
  if (outcome.kind === "counted") return [voted];
  const broken: AuditEvent[] =
    breakGlassReason === null
      ? []
      : [{ ...common, type: "approval.broke_glass", detail: { verdict, reason: breakGlassReason } }];
  const detail = decidedDetail(outcome.approval, outcome.decision, answer);
  return [voted, ...broken, { ...common, type: "approval.decided", detail }];
}
