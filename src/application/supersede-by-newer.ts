import { countersignItself } from "../domain/actor.ts";
import { answerFor } from "../domain/answer.ts";
import type { AuditEvent } from "../domain/audit-event.ts";
import { newestAfter } from "../domain/push-order.ts";
import { retire, supersededError, type NewerCommit } from "../domain/retire.ts";
import { receiptFor } from "../domain/receipt.ts";
import type { DecideDeps } from "./decide.ts";
import type { Deps } from "./deps.ts";
import { announceDecision, decidedDetail, rejectMode } from "./owe-answer.ts";

type SupersedeDeps = DecideDeps & Pick<Deps, "supersede">;

/** A person may be voting at the same moment; more conflicts in a row mean that something is wrong. */
const maxConflicts = 20;

/**
 * Looks whether a newer push of the same trigger and branch has started its execution, and does what its trigger says: rejects the
 * approval, or shows the newer commit with it. Repeating it is safe.
 */
export async function supersedeByNewer(deps: SupersedeDeps, approvalId: string): Promise<void> {
  const found = await deps.supersede.look(approvalId);
  if (found === null) return;
  const newer = newestAfter(found.own, found.others);
  if (newer?.mode === "reject") await retireApproval(deps, approvalId, newer);
  if (newer?.mode === "flag") await flagApproval(deps, approvalId, newer);
  await deps.supersede.looked(approvalId, found.dueAt);
}

async function retireApproval(deps: SupersedeDeps, id: string, newer: NewerCommit): Promise<void> {
  for (let conflict = 0; conflict < maxConflicts; conflict += 1) {
    if ((await retireOnce(deps, id, newer)) !== "conflict") return;
  }
  throw new Error(`approval ${id} changed ${maxConflicts} times while it was being retired`);
}

async function retireOnce(
  deps: SupersedeDeps,
  id: string,
  newer: NewerCommit,
): Promise<"recorded" | "left" | "conflict"> {
  const found = await deps.approvals.find(id);
  if (found === null) return "left";
  const at = deps.clock.now();
  const outcome = retire(found, newer, { at, decisionId: deps.entropy.uuid() });
  if (outcome.kind === "left") return "left";
  const { approval, decision } = outcome;
  const { policyDigest } = approval;
  const receipt = await deps.signer.sign(
    "countersign-receipt+jwt",
    receiptFor(approval, decision, policyDigest),
  );
  const mode = rejectMode(deps, approval);
  const reject = mode.as === "failure" ? { ...mode, error: supersededError } : mode;
  const answer = answerFor(id, decision, { output: null, form: null }, receipt, reject);
  const decided: AuditEvent = {
    type: "approval.decided",
    at,
    approvalId: id,
    actor: countersignItself,
    detail: { ...decidedDetail(approval, decision, answer), newerCommit: newer.commit },
  };
  const recorded = await deps.approvals.recordVote({
    approval,
    vote: null,
    decided: { decision, answer, receipt },
    policyDueAt: null,
    idempotency: null,
    events: [decided],
  });
  if (recorded === "conflict") return "conflict";
  await announceDecision(deps, id, decision);
  return "recorded";
}

async function flagApproval(deps: SupersedeDeps, approvalId: string, newer: NewerCommit): Promise<void> {
  const { commit, branch, url } = newer;
  const flagged: AuditEvent = {
    type: "approval.flagged",
    at: deps.clock.now(),
    approvalId,
    actor: countersignItself,
    detail: { newerCommit: commit, branch },
  };
  if (await deps.supersede.flag(approvalId, { commit, branch, url }, [flagged]))
    deps.log.info({ approvalId, newerCommit: commit }, "a newer commit waits");
}
