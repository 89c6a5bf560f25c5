import { refOf, type Caller } from "./actor.ts";
import type { Approval, Decision, PendingApproval, Verdict, Vote } from "./approval.ts";
import { refusalOf, tally } from "./policy.ts";
import type { ChangedPart } from "./shown.ts";

/** What one caller says about one approval. Ids and the time come from outside. */
export interface Ballot {
  caller: Caller;
  verdict: Verdict;
  comment: string | null;
  at: Date;
  /** The id of the decision, if this vote completes one. */
  decisionId: string;
  /** What has changed since the caller looked. */
  changed: readonly ChangedPart[];
}

export type VoteOutcome =
  | { kind: "decided"; approval: PendingApproval; vote: Vote; decision: Decision }
  | { kind: "counted"; approval: PendingApproval; vote: Vote }
  | { kind: "not_allowed"; why: string }
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
      return ballot.changed.length > 0 ? { kind: "stale", changed: ballot.changed } : count(approval, ballot);
  }
}

function count(approval: PendingApproval, ballot: Ballot): VoteOutcome {
  const { verdict, comment, at } = ballot;
  const vote: Vote = { actor: refOf(ballot.caller), verdict, comment, at };
  const votes = [...approval.votes, vote];
  const completed = tally(votes);
  if (completed === null) return { kind: "counted", approval, vote };
  const decidedBy = votes.filter((each) => each.verdict === completed).map((each) => each.actor);
  const decision: Decision = { id: ballot.decisionId, verdict: completed, decidedAt: at, decidedBy, comment };
  return { kind: "decided", approval, vote, decision };
}
