import type { Decision } from "./approval.ts";

/** What we tell Step Functions: `output` is JSON text for SendTaskSuccess; error and cause are for SendTaskFailure. */
export type Answer = { kind: "success"; output: string } | { kind: "failure"; error: string; cause: string };

/** How an activity wants rejections: as a failed state, or as a success that a Choice state routes. */
export type RejectMode = { as: "failure"; error: string } | { as: "success" };

/** SendTaskSuccess takes 262,144 bytes of output (API reference, SendTaskSuccess). */
export const outputMaxBytes = 262_144;

/**
 * The answer that a decision owes. The decision's id stands in the output, so that a lost reply can be settled by the
 * execution's history. `output` and `form` are JSON text or null; `receipt` is a compact JWS.
 */
export function answerFor(
  approvalId: string,
  decision: Decision,
  { output, form }: { output: string | null; form: string | null },
  receipt: string,
  reject: RejectMode,
): Answer {
  if (decision.verdict === "reject" && reject.as === "failure") {
    return {
      kind: "failure",
      error: reject.error,
      cause: decision.comment ?? `Rejected by ${namesOf(decision)}.`,
    };
  }
  const members = {
    decision: decision.verdict === "approve" ? "approved" : "rejected",
    decisionId: decision.id,
    approvalId,
    decidedAt: decision.decidedAt.toISOString(),
    decidedBy: decision.decidedBy,
    comment: decision.comment,
    receipt,
  };
  const { breakGlassReason } = decision;
  const told = breakGlassReason === null ? members : { ...members, breakGlassReason };
  // `output` and `form` go in as text: parsing and printing them again could change numbers beyond 2^53.
  const filledIn = form === null ? "" : `,"form":${form}`;
  return {
    kind: "success",
    output: `${JSON.stringify(told).slice(0, -1)},"output":${output ?? "null"}${filledIn}}`,
  };
}

function namesOf(decision: Decision): string {
  return decision.decidedBy.map((actor) => actor.name).join(", ");
}
