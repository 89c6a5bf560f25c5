import type { DecisionRequest } from "../../src/contract/decision.ts";
import { requestNothing } from "./request.ts";

export interface DecisionAttempt {
  verdict: DecisionRequest["verdict"];
  comment: string;
  /** One per click; the same when the same click is sent again after a lost reply. */
  idempotencyKey: string;
}

/** `POST /api/v1/approvals/{id}/decision`. What came of it is read from the approval itself. */
export function decide(id: string, attempt: DecisionAttempt): Promise<void> {
  const comment = attempt.comment.trim();
  const body: DecisionRequest = { verdict: attempt.verdict, ...(comment === "" ? {} : { comment }) };
  return requestNothing(`/api/v1/approvals/${encodeURIComponent(id)}/decision`, {
    method: "POST",
    body,
    headers: { "idempotency-key": attempt.idempotencyKey },
  });
}
