import { refOf, type ActorRef, type Caller } from "./actor.ts";
import type {
  Approval,
  Decision,
  DeliveryState,
  PendingApproval,
  Verdict,
  Vote,
  VoteClass,
} from "./approval.ts";
import { rulesOf } from "./policy/combine.ts";
import { refusalOf } from "./policy/eligibility.ts";
import { breakGlassRefusal, isProvisional, refusalFor } from "./policy/may-decide.ts";
import { tallyOf, type Tally } from "./policy/tally.ts";
import type { ChangedPart } from "./shown.ts";

/** What one caller says about one approval. Ids and the time come from outside. */
export interface Ballot {
  caller: Caller;
  /** By which way a person votes; a bot's votes are a bot's by every way. */
  way: "page" | "chat";
  verdict: Verdict;
  comment: string | null;
  /** The policy's form filled in, as JSON text; null: left out. */
  form: string | null;
  /** For the state machine, as JSON text; null: nothing. */
  output: string | null;
  /** What is wrong with `form` by the policy's schema. */
  formFaults: readonly VoteFault[];
  /** An administrator's reason to decide alone; null: an ordinary vote. */
  breakGlassReason: string | null;
  at: Date;
  /** The id of the decision, if this vote completes one. */
  decisionId: string;
  /** What has changed since the caller looked. */
  changed: readonly ChangedPart[];
}

/** What of a vote is missing or wrong; `field` as in the request. */
export interface VoteFault {
  field: string;
  message: string;
}

/** A vote that counts, and the decision, if it completed one. */
export type RecordedVote =
  | { kind: "decided"; approval: PendingApproval; vote: Vote; decision: Decision }
  | { kind: "counted"; approval: PendingApproval; vote: Vote };

export type VoteOutcome =
  | RecordedVote
  | { kind: "not_allowed"; why: string }
  | { kind: "incomplete"; faults: readonly VoteFault[] }
  | { kind: "already_decided"; decision: Decision }
  | { kind: "lapsed"; reason: string }
  | { kind: "stale"; changed: readonly ChangedPart[] };

/** The one way to a decision: a total function from an approval and a ballot to what becomes of it. */
export function castVote(approval: Approval, ballot: Ballot): VoteOutcome {
  const why = refusalOf(ballot.caller);
  if (why !== null) return { kind: "not_allowed", why };
  switch (approval.status) {
    case "approved":
    case "rejected":
      return { kind: "already_decided", decision: approval.decision };
    case "lapsed":
      return { kind: "lapsed", reason: approval.reason };
    case "pending":
      if (ballot.changed.length > 0) return { kind: "stale", changed: ballot.changed };
      return ballot.breakGlassReason === null
        ? vote(approval, ballot)
        : breakGlass(approval, ballot, ballot.breakGlassReason);
  }
}

/** What the votes come to by now without a new one: a window has opened, or somebody may stand in. Null: more is needed. */
export function completeVotes(approval: PendingApproval, now: Date, decisionId: string): Decision | null {
  if (isProvisional(approval)) return null;
  const tally = tallyOf(approval, now);
  if (tally.verdict === null) return null;
  const last = deciding(tally, tally.verdict).at(-1);
  return decisionOf(tally, tally.verdict, { id: decisionId, decidedAt: now, comment: last?.comment ?? null });
}

/** The approval's votes once this one is among them. */
export function withVote(votes: readonly Vote[], cast: Vote): Vote[] {
  return [...votes.map((each) => replacedBy(each, cast)), cast];
}

/** The approval once such a vote, and the decision that it completed, are recorded. */
export function afterVote(outcome: RecordedVote, policyDueAt: Date | null): Approval {
  const { approval } = outcome;
  const votes = withVote(approval.votes, outcome.vote);
  const next: PendingApproval = { ...approval, version: approval.version + 1, policyDueAt, votes };
  if (outcome.kind === "counted") return next;
  const { decision } = outcome;
  const status = decision.verdict === "approve" ? "approved" : "rejected";
  return { ...next, status, decision, delivery: notSentYet };
}

const notSentYet: DeliveryState = {
  state: "recorded",
  attempts: 0,
  note: null,
  sentAt: null,
  settledAt: null,
};

function vote(approval: PendingApproval, ballot: Ballot): VoteOutcome {
  const { caller, verdict, comment, at, decisionId } = ballot;
  const why = refusalFor(caller, approval, verdict, at);
  if (why !== null) return { kind: "not_allowed", why };
  const faults = faultsOf(approval, ballot);
  if (faults.length > 0) return { kind: "incomplete", faults };
  const cast = voteOf(ballot);
  const votes = withVote(approval.votes, cast);
  const tally = tallyOf({ ...approval, votes }, at);
  if (tally.verdict === null) return { kind: "counted", approval, vote: cast };
  const decision = decisionOf(tally, tally.verdict, { id: decisionId, decidedAt: at, comment });
  return { kind: "decided", approval, vote: cast, decision };
}

/** Decides at once and alone: who, and why, stands in vote and decision for ever. */
function breakGlass(approval: PendingApproval, ballot: Ballot, reason: string): VoteOutcome {
  const why = breakGlassRefusal(ballot.caller, approval);
  if (why !== null) return { kind: "not_allowed", why };
  if (reason.trim() === "")
    return { kind: "incomplete", faults: [{ field: "breakGlass.reason", message: "is empty: say why" }] };
  const cast = voteOf(ballot);
  const decision: Decision = {
    id: ballot.decisionId,
    verdict: ballot.verdict,
    decidedAt: ballot.at,
    decidedBy: [cast.actor],
    comment: ballot.comment ?? reason,
    breakGlassReason: reason,
  };
  return { kind: "decided", approval, vote: cast, decision };
}

function faultsOf({ policy }: PendingApproval, { verdict, comment, form, formFaults }: Ballot): VoteFault[] {
  const rules = rulesOf(policy.parts);
  const needsComment = rules.comment === "always" || (rules.comment === "reject" && verdict === "reject");
  const faults = [...formFaults];
  if (needsComment && (comment ?? "").trim() === "")
    faults.push({ field: "comment", message: "is missing: the policy wants one" });
  if (verdict === "approve" && form === null && policy.parts.some((part) => part.form !== null))
    faults.push({ field: "form", message: "is missing: the policy has a form to fill in" });
  return faults;
}

function voteOf(ballot: Ballot): Vote {
  const { caller, way, verdict, comment, form, output, breakGlassReason, at } = ballot;
  return {
    actor: refOf(caller),
    class: classOf(caller, way),
    heldBy: caller.kind === "bot" ? (caller.holder?.id ?? null) : null,
    teams: caller.kind === "person" ? caller.teams : [],
    verdict,
    comment,
    form,
    output,
    breakGlassReason,
    at,
    replaced: false,
  };
}

function classOf(caller: Caller, way: Ballot["way"]): VoteClass {
  return caller.kind === "bot" ? "bot" : way;
}

function replacedBy(earlier: Vote, later: Vote): Vote {
  return isSame(earlier.actor, later.actor) ? { ...earlier, replaced: true } : earlier;
}

function isSame(one: ActorRef, other: ActorRef): boolean {
  return one.kind === other.kind && one.id === other.id;
}

function deciding({ approvals, rejections }: Tally, verdict: Verdict): readonly Vote[] {
  return verdict === "approve" ? approvals : rejections;
}

function decisionOf(
  tally: Tally,
  verdict: Verdict,
  what: Pick<Decision, "id" | "decidedAt" | "comment">,
): Decision {
  const decidedBy = deciding(tally, verdict).map(({ actor }) => actor);
  return { ...what, verdict, decidedBy, breakGlassReason: null };
}
