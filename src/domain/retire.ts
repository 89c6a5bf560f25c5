import { countersignItself } from "./actor.ts";
import type { Approval, Decision, PendingApproval } from "./approval.ts";

/** The error that the task of a retired approval fails with. */
export const supersededError = "SupersededByNewerCommit";

/** The commit that waits instead. */
export interface NewerCommit {
  commit: string;
  branch: string;
  /** The forge's page of it; null: not told. */
  url: string | null;
}

export type RetireOutcome =
  | { kind: "decided"; approval: PendingApproval; decision: Decision }
  /** Decided or lapsed already, or not proven to be of the older push's execution. */
  | { kind: "left" };

/**
 * Countersign itself rejects what a newer commit has overtaken. It may do so only where the trigger says so, for an approval that is
 * still pending and whose execution history has proven; votes that have been cast stay as they are.
 */
export function retire(
  approval: Approval,
  newer: NewerCommit,
  { at, decisionId }: { at: Date; decisionId: string },
): RetireOutcome {
  if (approval.status !== "pending" || !approval.executionIsProven) return { kind: "left" };
  const where = newer.url === null ? "" : ` (${newer.url})`;
  const decision: Decision = {
    id: decisionId,
    verdict: "reject",
    decidedAt: at,
    decidedBy: [countersignItself],
    comment: `Superseded by a newer commit of ${newer.branch}: ${newer.commit}${where}`,
    breakGlassReason: null,
  };
  return { kind: "decided", approval, decision };
}
