import type { Approval } from "../domain/approval.ts";
import { visibilityOf } from "../domain/visibility.ts";
import { decide, repeatedRequest, type DecideDeps, type DecideRequest, type DecideResult } from "./decide.ts";
import type { ApprovalFilter } from "./ports/approvals.ts";

/** How a bot names an approval: by commit (and repository), by execution (and state), or by its id. */
export type ApprovalKey =
  | { by: "approvalId"; approvalId: string }
  | { by: "commit"; commit: string; repository: string | null }
  | { by: "execution"; executionArn: string; stateName: string | null };

export type DecideByKeyResult = DecideResult | { kind: "ambiguous"; candidates: Approval[] };

/** More candidates than this help nobody. */
const candidatesMax = 20;

/**
 * Decides the one approval that a key names. Pending ones count first; where none is pending, the newest closed one tells the
 * caller that it was decided or has lapsed.
 */
export async function decideByKey(
  deps: DecideDeps,
  key: ApprovalKey,
  request: Omit<DecideRequest, "approvalId">,
): Promise<DecideByKeyResult> {
  const repeated = await repeatedRequest(deps, request);
  if (repeated !== null) return repeated;
  if (key.by === "approvalId") return decide(deps, { ...request, approvalId: key.approvalId });
  const filter = { ...filterFor(key), visibility: visibilityOf(request.caller) };
  const pending = await deps.approvals.list({ ...filter, status: "pending" }, null, candidatesMax);
  if (pending.length > 1) return { kind: "ambiguous", candidates: pending };
  const [only] = pending.length === 1 ? pending : await deps.approvals.list(filter, null, 1);
  return only === undefined ? { kind: "not_found" } : decide(deps, { ...request, approvalId: only.id });
}

function filterFor(key: Exclude<ApprovalKey, { by: "approvalId" }>): ApprovalFilter {
  switch (key.by) {
    case "commit":
      return { commit: key.commit.toLowerCase(), repository: key.repository ?? undefined };
    case "execution":
      return { executionArn: key.executionArn, stateName: key.stateName ?? undefined };
  }
}
