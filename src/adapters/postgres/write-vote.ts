import type { VoteRecord } from "../../application/ports/approvals.ts";
import type { Vote } from "../../domain/approval.ts";
import type { Head } from "../../domain/audit-chain.ts";
import { continueAudit } from "./append-audit.ts";
import type { Transaction } from "./database.ts";

/** Votes, decision, owed answer, idempotency key and audit events, in the caller's transaction; `conflict`: somebody else was first. */
export async function writeVote(
  transaction: Transaction,
  { approval, vote, decided, policyDueAt, idempotency, events }: VoteRecord,
): Promise<"recorded" | "conflict"> {
  const { id, version } = approval;
  const status =
    decided === null ? "pending" : decided.decision.verdict === "approve" ? "approved" : "rejected";
  // The chain's head comes along, which spares a round trip. Should it be old after all, the primary key refuses the event: a conflict.
  const [head] = await transaction.$queryRaw<Head[]>`
    update approval set status = ${status}::approval_status, version = version + 1, policy_due_at = ${policyDueAt}
    where id = ${id}::uuid and version = ${version} and status = 'pending'
    returning coalesce((select seq from audit_event where stream = ${id} order by seq desc limit 1), 0) as seq,
      coalesce((select encode(hash, 'hex') from audit_event where stream = ${id} order by seq desc limit 1), repeat('0', 64)) as hash`;
  if (head === undefined) return "conflict";
  if (vote !== null) await addVote(transaction, id, vote, approval.votes);
  if (decided !== null) {
    const { decision, answer, receipt } = decided;
    await transaction.decision.create({
      data: {
        ...decision,
        approvalId: id,
        decidedBy: decision.decidedBy.map((each) => ({ ...each })),
        receipt,
      },
    });
    const { kind: _kind, ...what } = answer;
    await transaction.answer.create({
      data: { ...what, approvalId: id, decisionId: decision.id, nextAttemptAt: decision.decidedAt },
    });
  }
  if (idempotency !== null) {
    const { actor: owner, key, digest } = idempotency;
    await transaction.idempotencyKey.create({
      data: {
        actor: owner,
        key,
        requestDigest: new Uint8Array(digest),
        approvalId: id,
        createdAt: idempotency.at,
      },
    });
  }
  await continueAudit(transaction, events, new Map([[id, head]]));
  return "recorded";
}

/** The actor's vote before it stays as history. */
async function addVote(
  transaction: Transaction,
  approvalId: string,
  {
    actor,
    class: voteClass,
    heldBy = null,
    teams,
    verdict,
    comment,
    form,
    output,
    breakGlassReason,
    at,
  }: Vote,
  earlier: readonly Vote[],
): Promise<void> {
  const who = { approvalId, actorKind: actor.kind, actorId: actor.id };
  if (earlier.some((each) => each.actor.kind === actor.kind && each.actor.id === actor.id && !each.replaced))
    await transaction.vote.updateMany({ where: { ...who, replaced: false }, data: { replaced: true } });
  await transaction.vote.create({
    data: {
      id: crypto.randomUUID(),
      ...who,
      actorName: actor.name,
      class: voteClass,
      heldBy,
      teams: [...teams],
      verdict,
      comment,
      form,
      output,
      breakGlassReason,
      at,
    },
  });
}
