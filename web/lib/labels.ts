import type { ApprovalDetail, ApprovalSummary } from "../../src/contract/approval.ts";

type Status = ApprovalSummary["status"];
type LapsedReason = NonNullable<ApprovalSummary["lapsedReason"]>;
type Delivery = NonNullable<ApprovalSummary["delivery"]>;

export const statusLabel: Record<Status, string> = {
  pending: "Pending",
  approved: "Approved",
  rejected: "Rejected",
  lapsed: "Lapsed",
};

export const deliveryLabel: Record<Delivery, string> = {
  recorded: "Recorded",
  sent: "Sent",
  accepted: "Accepted",
  too_late: "Too late",
  uncertain: "Uncertain",
};

/** Completes "Nobody can decide this any more: …". */
export const lapsedText: Record<LapsedReason, string> = {
  timed_out: "the time that the state allows ran out.",
  heartbeat_expired: "Step Functions heard no heartbeat in time and gave the task up.",
  execution_stopped: "the execution was stopped.",
  superseded: "the step was tried again, and a newer approval took its place.",
  unknown: "Step Functions no longer waits for it, and did not say why.",
};

/** "2 failed, 1 pending, 3 passed". */
export function checksInWords(checks: ApprovalDetail["checks"]): string {
  const words = [
    ["failure", "failed"],
    ["pending", "pending"],
    ["success", "passed"],
  ] as const;
  return (
    words
      .map(([state, word]) => [checks.filter((check) => check.state === state).length, word] as const)
      .filter(([number]) => number > 0)
      .map(([number, word]) => `${number} ${word}`)
      .join(", ") || "none"
  );
}

export const lapsedShort: Record<LapsedReason, string> = {
  timed_out: "timed out",
  heartbeat_expired: "heartbeat expired",
  execution_stopped: "execution stopped",
  superseded: "superseded",
  unknown: "reason unknown",
};
