import type { AuditTrail } from "../../application/ports/audit.ts";
import { readCheckpoints, sealStreams } from "./audit-checkpoints.ts";
import type { ChainedEvent } from "../../domain/audit-chain.ts";
import type { Database } from "./database.ts";
import { Prisma } from "./generated/client.ts";

/** Large enough that a round trip costs nothing, small enough to hold. */
const batchSize = 5_000;

/** The columns of an event, as it was hashed. */
const eventColumns = Prisma.sql`stream, seq, encode(previous_hash, 'hex') as "previousHash", encode(hash, 'hex') as hash,
  to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, type, approval_id::text as "approvalId",
  actor::text as actor, detail::text as detail`;

export function createAuditTrail(database: Database): AuditTrail {
  return {
    all: () => readAll(database),
    checkpoints: (after) => readCheckpoints(database, after),

    async unsealedOf(streams) {
      const rows = await database.run(
        (client) => client.$queryRaw<{ stream: string }[]>`
          select distinct stream from audit_unsealed where stream = any(${[...streams]}::text[])`,
      );
      return new Set(rows.map(({ stream }) => stream));
    },

    async hashOf(stream, seq) {
      const [row] = await database.run(
        (client) => client.$queryRaw<{ hash: string }[]>`
          select encode(hash, 'hex') as hash from audit_event where stream = ${stream} and seq = ${seq}`,
      );
      return row?.hash ?? null;
    },

    seal: (...how) => database.transaction((transaction) => sealStreams(transaction, ...how)),
    untold: (limit) => findUntold(database, limit),
  };
}

async function* readAll(database: Database): AsyncGenerator<readonly ChainedEvent[]> {
  let last = { stream: "", seq: -(2 ** 31) };
  for (;;) {
    const batch = await database.run(
      (client) => client.$queryRaw<ChainedEvent[]>`
        select ${eventColumns} from audit_event
        where (stream, seq) > (${last.stream}, ${last.seq}) order by stream, seq limit ${batchSize}`,
    );
    const end = batch.at(-1);
    if (end === undefined) return;
    yield batch;
    last = end;
  }
}

/** The text is searched: `->>` fails on a member that holds U+0000. */
async function findUntold(
  database: Database,
  limit: number,
): Promise<{ approvalId: string; what: string }[]> {
  return database.run(
    (client) => client.$queryRaw<{ approvalId: string; what: string }[]>`
      (select approval.id::text as "approvalId", 'has no event that tells of its arrival' as what
       from approval where not exists (
         select from audit_event where stream = approval.id::text and seq = 1 and type = 'approval.received')
       order by approval.id limit ${limit})
      union all
      (select approval_id::text, 'has no event that tells of decision ' || decision.id
       from decision where not exists (
         select from audit_event where stream = decision.approval_id::text and type = 'approval.decided'
           and detail::text like '%"decisionId":"' || decision.id || '"%')
       order by approval_id limit ${limit})`,
  );
}
