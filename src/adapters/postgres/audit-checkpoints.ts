import type { AuditTrail } from "../../application/ports/audit.ts";
import { nextCheckpoint, type Checkpoint, type SealedHead } from "../../domain/audit-checkpoint.ts";
import { chaining } from "../crypto/chaining.ts";
import type { Database, Transaction } from "./database.ts";

/** A checkpoint may hold thousands of heads, so few at a time. */
const batchSize = 50;
/** Any number that nobody else uses as a lock in this database. */
const lockKey = 7_205_759_404;

export async function* readCheckpoints(database: Database, after: number): AsyncGenerator<Checkpoint> {
  let last = after;
  for (;;) {
    const batch = await database.run(
      (client) => client.$queryRaw<Checkpoint[]>`
        select seq, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
          encode(previous_hash, 'hex') as "previousHash", encode(hash, 'hex') as hash, heads, signature
        from audit_checkpoint where seq > ${last} order by seq limit ${batchSize}`,
    );
    const end = batch.at(-1);
    if (end === undefined) return;
    yield* batch;
    last = end.seq;
  }
}

type Seal = AuditTrail["seal"];

export async function sealStreams(
  transaction: Transaction,
  ...[at, limit, sign]: Parameters<Seal>
): ReturnType<Seal> {
  await transaction.$queryRaw`select pg_advisory_xact_lock(${lockKey}) is null as locked`;
  const taken = await transaction.$queryRaw<{ stream: string }[]>`
    delete from audit_unsealed where id in (select id from audit_unsealed order by id limit ${limit}) returning stream`;
  if (taken.length === 0) return null;
  // What came in since is sealed too, and once more by the next checkpoint: no harm.
  const streams = [...new Set(taken.map(({ stream }) => stream))].sort();
  const rows = await transaction.$queryRaw<{ stream: string; seq: number; hash: string }[]>`
    select wanted.stream, head.seq, encode(head.hash, 'hex') as hash
    from unnest(${streams}::text[]) with ordinality as wanted(stream, place)
    cross join lateral (select seq, hash from audit_event where stream = wanted.stream order by seq desc limit 1) as head
    order by wanted.place`;
  const [previous] = await transaction.$queryRaw<{ seq: number; hash: string }[]>`
    select seq, encode(hash, 'hex') as hash from audit_checkpoint order by seq desc limit 1`;
  const heads = rows.map(({ stream, seq, hash }): SealedHead => [stream, seq, hash]);
  const checkpoint = nextCheckpoint(previous ?? null, at, heads, chaining.digest);
  const signature = await sign(checkpoint);
  await transaction.$executeRaw`
    insert into audit_checkpoint (seq, at, previous_hash, hash, heads, signature)
    values (${checkpoint.seq}, ${checkpoint.at}::timestamptz, decode(${checkpoint.previousHash}, 'hex'),
      decode(${checkpoint.hash}, 'hex'), ${checkpoint.heads}, ${signature})`;
  return checkpoint;
}
