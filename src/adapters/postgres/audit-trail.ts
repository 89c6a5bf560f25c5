import type { AuditTrail, ToldDecision } from "../../application/ports/audit.ts";
import { eventColumns, searchQuery } from "./audit-search.ts";
import { readCheckpoints, sealStreams } from "./audit-checkpoints.ts";
import { readShownDecisions } from "./shown-decisions.ts";
import type { ChainedEvent } from "../../domain/audit-chain.ts";
import type { Database } from "./database.ts";
import { Prisma } from "./generated/client.ts";

/** Large enough that a round trip costs nothing, small enough to hold. */
const batchSize = 5_000;

export function createAuditTrail(database: Database): AuditTrail {
  return {
    all: () => readAll(database),
    checkpoints: (after) => readCheckpoints(database, after),

    between: (from, to) => readBetween(database, from, to),
    search: (filter, after, limit) =>
      database.run((client) => client.$queryRaw<ChainedEvent[]>(searchQuery(filter, after, limit))),
    decisions: () => readDecisions(database),
    shown: () => readShownDecisions(database),

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

async function* readBetween(
  database: Database,
  from: Date | null,
  to: Date | null,
): AsyncGenerator<readonly ChainedEvent[]> {
  const until = to === null ? Prisma.empty : Prisma.sql`and at < ${to}`;
  let last = { at: from?.toISOString() ?? "-infinity", stream: "", seq: -(2 ** 31) };
  for (;;) {
    const batch = await database.run(
      (client) => client.$queryRaw<ChainedEvent[]>`
        select ${eventColumns} from audit_event
        where at >= ${last.at}::timestamptz ${until}
          and (at, stream collate "C", seq) > (${last.at}::timestamptz, ${last.stream}, ${last.seq})
        order by audit_event.at, stream collate "C", seq limit ${batchSize}`,
    );
    const end = batch.at(-1);
    if (end === undefined) return;
    yield batch;
    last = end;
  }
}

async function* readDecisions(database: Database): AsyncGenerator<readonly ToldDecision[]> {
  let last = "";
  for (;;) {
    const batch = await database.run(
      (client) => client.$queryRaw<DecisionRow[]>`
        select decided.stream, decided.seq, decided.detail::text as detail, approval.execution_arn as "executionArn",
          coalesce((select at from audit_event where stream = decided.stream and seq = 1), decided.at) as "arrivedAt",
          (select substring(detail::text from '"delivery":"([a-z_]+)"') from audit_event
           where stream = decided.stream and type = 'answer.settled' order by seq desc limit 1) as delivery
        from audit_event decided left join approval on approval.id = decided.approval_id
        where decided.type = 'approval.decided' and decided.stream > ${last}
        order by decided.stream limit ${batchSize}`,
    );
    const end = batch.at(-1);
    if (end === undefined) return;
    yield batch.map(toldDecision);
    last = end.stream;
  }
}

type DecisionRow = Pick<ToldDecision, "stream" | "seq" | "delivery" | "executionArn" | "arrivedAt"> & {
  detail: string;
};

/** Our own JSON, as decide.ts wrote it; events from earlier versions tell less. */
function toldDecision({ detail, ...row }: DecisionRow): ToldDecision {
  const told = JSON.parse(detail) as Partial<ToldDecision> &
    Record<string, unknown> & { answer?: { error?: string } };
  const { decisionId = "", verdict = "", activityArn = null, workerName = null } = told;
  // The row is anybody's who may write to the database: it speaks only where the event was written before history was read.
  const executionArn = told.executionArn ?? row.executionArn ?? null;
  return {
    ...row,
    executionArn,
    decisionId,
    verdict,
    activityArn,
    workerName,
    error: told.answer?.error ?? null,
    receipt: receiptOf(told),
  };
}

/** Under the names of the receipt's claims. */
function receiptOf(told: Record<string, unknown>): Record<string, unknown> {
  const { decisionId, verdict, decidedBy: voters, repository, commit, policyDigest, activityArn } = told;
  const claims = { decisionId, verdict, voters, repository, commit, policyDigest, activityArn };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
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
