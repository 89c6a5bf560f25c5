import type { AuditTrail } from "../../application/ports/audit.ts";
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
  return { all: () => readAll(database) };
}

async function* readAll(database: Database): AsyncGenerator<readonly ChainedEvent[]> {
  let last = { stream: "", seq: 0 };
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
