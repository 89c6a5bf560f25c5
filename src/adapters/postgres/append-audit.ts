import { chainEvents, streamOf, type ChainedEvent, type Head } from "../../domain/audit-chain.ts";
import type { AuditEvent } from "../../domain/audit-event.ts";
import { chaining } from "../crypto/chaining.ts";
import type { Transaction } from "./database.ts";
import { Prisma } from "./generated/client.ts";

/**
 * Adds events at the ends of their streams. Whoever writes about an approval has changed (so: locked) the approval's row before, in the
 * same transaction; so its chain has one writer at a time, and writers of different approvals never meet. Other streams are locked here.
 */
export async function appendAudit(transaction: Transaction, events: readonly AuditEvent[]): Promise<void> {
  if (events.length === 0) return;
  const others = events.filter(({ approvalId }) => approvalId === null).map(streamOf);
  if (others.length > 0) await lockStreams(transaction, others);
  await transaction.$executeRaw(nextEvents(events, await readHeads(transaction, events)));
}

/** Adds the first events of streams that cannot be there yet. */
export async function beginAudit(transaction: Transaction, events: readonly AuditEvent[]): Promise<void> {
  if (events.length > 0) await transaction.$executeRaw(firstEvents(events));
}

/**
 * The statement that adds the first events of streams that cannot be there yet, without a look at the table. A stream that is there after
 * all is refused by the primary key.
 */
export function firstEvents(events: readonly AuditEvent[]): Prisma.Sql {
  return insertOf(chainEvents(events, new Map(), chaining));
}

/** The statement that adds events of streams whose heads the caller has just read under the lock that guards them. */
export function nextEvents(events: readonly AuditEvent[], heads: ReadonlyMap<string, Head>): Prisma.Sql {
  return insertOf(chainEvents(events, heads, chaining));
}

/** One order for everybody, so that no two transactions wait for each other. */
async function lockStreams(transaction: Transaction, streams: readonly string[]): Promise<void> {
  await transaction.$queryRaw`
    select pg_advisory_xact_lock(key) is null as locked
    from (select distinct hashtextextended(stream, 0) as key from unnest(${streams}::text[]) as stream order by key) as keys`;
}

async function readHeads(
  transaction: Transaction,
  events: readonly AuditEvent[],
): Promise<Map<string, Head>> {
  const streams = [...new Set(events.map(streamOf))];
  const rows = await transaction.$queryRaw<(Head & { stream: string })[]>`
    select wanted.stream, head.seq, encode(head.hash, 'hex') as hash
    from unnest(${streams}::text[]) as wanted(stream)
    cross join lateral (select seq, hash from audit_event where stream = wanted.stream order by seq desc limit 1) as head`;
  return new Map(rows.map(({ stream, seq, hash }) => [stream, { seq, hash }]));
}

function insertOf(events: readonly ChainedEvent[]): Prisma.Sql {
  const column = (name: keyof ChainedEvent) => events.map((event) => event[name]);
  // `json` keeps the text as it comes; Prisma's own JSON would be printed anew.
  return Prisma.sql`
    insert into audit_event (stream, seq, previous_hash, hash, at, type, approval_id, actor, detail)
    select stream, seq, decode(previous_hash, 'hex'), decode(hash, 'hex'), at, type, approval_id, actor, detail
    from unnest(${column("stream")}::text[], ${column("seq")}::int[], ${column("previousHash")}::text[], ${column("hash")}::text[],
      ${column("at")}::timestamptz[], ${column("type")}::text[], ${column("approvalId")}::uuid[], ${column("actor")}::json[],
      ${column("detail")}::json[]) as event(stream, seq, previous_hash, hash, at, type, approval_id, actor, detail)`;
}
