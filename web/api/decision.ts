import { type ApprovalDetail, approvalDetailShape } from "../../src/contract/approval.ts";
import type { DecisionRequest } from "../../src/contract/decision.ts";
import { request } from "./request.ts";

export interface DecisionAttempt {
  verdict: DecisionRequest["verdict"];
  comment: string;
  /** `shown` of the approval as the reader saw it. */
  shown: string;
  /** The policy's form, filled in. */
  form?: Record<string, unknown>;
  /** Why an administrator decides alone. */
  breakGlassReason?: string;
  /** One per click; the same when the same click is sent again after a lost reply. */
  idempotencyKey: string;
}

/** `POST /api/v1/approvals/{id}/decision`; gives the approval as it stands now. */
export function decide(id: string, attempt: DecisionAttempt): Promise<ApprovalDetail> {
  const comment = attempt.comment.trim();
  const { verdict, shown, form, breakGlassReason } = attempt;
  const body: DecisionRequest = {
    verdict,
    shown,
    ...(comment === "" ? {} : { comment }),
    ...(form === undefined ? {} : { form }),
    ...(breakGlassReason === undefined ? {} : { breakGlass: { reason: breakGlassReason } }),
  };
  return request(`/api/v1/approvals/${encodeURIComponent(id)}/decision`, approvalDetailShape, {
    method: "POST",
    body,
    headers: { "idempotency-key": attempt.idempotencyKey },
  });
}
