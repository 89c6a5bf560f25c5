import type { ActorRef } from "./actor.ts";
import type { Approval, Decision, Verdict } from "./approval.ts";

/** What a receipt says of a decision, for whoever acts on it and asks nobody. */
export interface ReceiptClaims {
  /** RFC 7519: when it was issued, in seconds since 1970. */
  iat: number;
  decisionId: string;
  approvalId: string;
  verdict: Verdict;
  decidedAt: string;
  /** Whose votes made the decision. */
  voters: readonly ActorRef[];
  /** Of the policy under which the votes were counted; null: opened before there were policies. */
  policyDigest: string | null;
  /** An administrator has decided alone, past that policy. */
  breakGlass: boolean;
  repository: string | null;
  commit: string | null;
  activityArn: string;
  /** Execution and state as history has shown them; null: it has not. The task's input may say what it likes. */
  executionArn: string | null;
  state: string | null;
}

export function receiptFor(
  { id: approvalId, subject, executionIsProven }: Pick<Approval, "id" | "subject" | "executionIsProven">,
  decision: Decision,
  policyDigest: string | null,
): ReceiptClaims {
  const { id: decisionId, verdict, decidedAt, decidedBy } = decision;
  const { repository, commit, activityArn, executionArn, stateName } = subject;
  return {
    iat: Math.floor(decidedAt.getTime() / 1000),
    decisionId,
    approvalId,
    verdict,
    decidedAt: decidedAt.toISOString(),
    voters: decidedBy.map(({ kind, id, name }) => ({ kind, id, name })),
    policyDigest,
    breakGlass: decision.breakGlassReason !== null,
    repository,
    commit,
    activityArn,
    executionArn: executionIsProven ? executionArn : null,
    state: executionIsProven ? stateName : null,
  };
}
