import type { VoteRecord } from "../../application/ports/approvals.ts";
import type { Vote } from "../../domain/approval.ts";
import type { Head } from "../../domain/audit-chain.ts";
import { nextEvents } from "./append-audit.ts";
import type { Query } from "./database.ts";
import { Prisma } from "./generated/client.ts";

/**
 * Votes, decision, owed answer, idempotency key and audit events, in the transaction of `query`; `conflict`: somebody else was first.
 * What is added goes in one statement: a way to Postgres and back for each of the five takes longer than all of their work.
 */
export async function writeVote(query: Query, record: VoteRecord): Promise<"recorded" | "conflict"> {
  const { approval, vote, events } = record;
  const head = await changeApproval(query, record);
  if (head === null) return "conflict";
  if (vote !== null) await replaceEarlier(query, approval.id, vote, approval.votes);
  const added = additionsOf(record).map((each, at) => Prisma.sql`${Prisma.raw(`added_${at}`)} as (${each})`);
  // Time alone may change nothing but when it looks again.
  const beside = added.length === 0 ? Prisma.empty : Prisma.sql`with ${Prisma.join(added)}`;
  await query(Prisma.sql`${beside} ${nextEvents(events, new Map([[approval.id, head]]))}`);
  return "recorded";
}

/** Null: it has changed since it was read. */
async function changeApproval(
  query: Query,
  { approval: { id, version }, decided, policyDueAt }: VoteRecord,
): Promise<Head | null> {
  const status =
    decided === null ? "pending" : decided.decision.verdict === "approve" ? "approved" : "rejected";
  // The chain's head comes along, which spares a round trip. Should it be old after all, the primary key refuses the event: a conflict.
  const [head] = await query<Head>(Prisma.sql`
    update approval set status = ${status}::approval_status, version = version + 1, policy_due_at = ${policyDueAt}
    where id = ${id}::uuid and version = ${version} and status = 'pending'
    returning coalesce((select seq from audit_event where stream = ${id} order by seq desc limit 1), 0) as seq,
      coalesce((select encode(hash, 'hex') from audit_event where stream = ${id} order by seq desc limit 1), repeat('0', 64)) as hash`);
  return head ?? null;
}

/** The actor's vote before it stays as history. */
async function replaceEarlier(
  query: Query,
  approvalId: string,
  { actor: { kind, id } }: Vote,
  earlier: readonly Vote[],
): Promise<void> {
  const isEarlier = (each: Vote) => each.actor.kind === kind && each.actor.id === id && !each.replaced;
  if (!earlier.some(isEarlier)) return;
  await query(Prisma.sql`
    update vote set replaced = true
    where approval_id = ${approvalId}::uuid and actor_kind = ${kind} and actor_id = ${id} and not replaced`);
}

function additionsOf({ approval: { id }, vote, decided, idempotency }: VoteRecord): Prisma.Sql[] {
  const added: Prisma.Sql[] = [];
  if (vote !== null) added.push(voteOf(id, vote));
  if (decided !== null) added.push(decisionOf(id, decided), answerOf(id, decided));
  if (idempotency !== null) {
    const { actor, key, digest, at } = idempotency;
    added.push(Prisma.sql`
      insert into idempotency_key (actor, key, request_digest, approval_id, created_at)
      values (${actor}, ${key}, ${digest}, ${id}::uuid, ${at})`);
  }
  return added;
}

function voteOf(approvalId: string, vote: Vote): Prisma.Sql {
  const { actor, heldBy = null, teams, verdict, comment, form, output, breakGlassReason, at } = vote;
  return Prisma.sql`
    insert into vote (id, approval_id, actor_kind, actor_id, actor_name, class, held_by, teams, verdict, comment, form, output,
      break_glass_reason, at)
    values (${crypto.randomUUID()}::uuid, ${approvalId}::uuid, ${actor.kind}, ${actor.id}, ${actor.name}, ${vote.class}, ${heldBy},
      ${[...teams]}::text[], ${verdict}::verdict, ${comment}, ${form}, ${output}, ${breakGlassReason}, ${at})`;
}

function decisionOf(
  approvalId: string,
  { decision, receipt }: NonNullable<VoteRecord["decided"]>,
): Prisma.Sql {
  const { id, verdict, decidedAt, decidedBy, comment, breakGlassReason } = decision;
  return Prisma.sql`
    insert into decision (id, approval_id, verdict, decided_at, decided_by, comment, break_glass_reason, receipt)
    values (${id}::uuid, ${approvalId}::uuid, ${verdict}::verdict, ${decidedAt}, ${JSON.stringify(decidedBy)}::json, ${comment},
      ${breakGlassReason}, ${receipt})`;
}

function answerOf(approvalId: string, { decision, answer }: NonNullable<VoteRecord["decided"]>): Prisma.Sql {
  const [output, error, cause] =
    answer.kind === "success" ? [answer.output, null, null] : [null, answer.error, answer.cause];
  return Prisma.sql`
    insert into answer (approval_id, decision_id, output, error, cause, next_attempt_at)
    values (${approvalId}::uuid, ${decision.id}::uuid, ${output}, ${error}, ${cause}, ${decision.decidedAt})`;
}
