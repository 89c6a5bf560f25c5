import type { BeatClaim } from "../../application/ports/heartbeats.ts";
import type { BeatFacts } from "../../domain/heartbeat.ts";
import { refillBudget, spendBudget, type CallRate } from "./call-budget.ts";
import type { Database, Transaction } from "./database.ts";
import { Prisma } from "./generated/client.ts";

type BeatRow = BeatFacts & { id: string };

/** Takes what is due and what the budget allows, and moves each one's next beat forward. Returns the ids, most urgent first. */
export async function claimBeats(
  database: Database,
  { now, limit, marginMs, nextOf }: BeatClaim,
  rate: CallRate,
): Promise<string[]> {
  // Most sweeps find nothing, and then write nothing.
  if (!(await isAnyDue(database, now))) return [];
  return database.transaction(async (transaction) => {
    const granted = Math.min(limit, await refillBudget(transaction, budgetName, now, rate));
    const rows = granted === 0 ? [] : await lockDue(transaction, now, marginMs, granted);
    if (rows.length === 0) return [];
    const ids = rows.map((row) => row.id);
    const nexts = rows.map((row) => nextOf(row).toISOString());
    await transaction.$executeRaw`
      update heartbeat set next_beat_at = claimed.next
      from unnest(${ids}::uuid[], ${nexts}::timestamptz[]) as claimed(id, next)
      where approval_id = claimed.id`;
    await spendBudget(transaction, budgetName, ids.length);
    return ids;
  });
}

const budgetName = "heartbeats";

async function isAnyDue(database: Database, now: Date): Promise<boolean> {
  const rows = await database.run(
    (client) => client.$queryRaw<unknown[]>`select 1 from heartbeat where next_beat_at <= ${now} limit 1`,
  );
  return rows.length > 0;
}

/** Of what is granted, for tasks without a deadline and for those that are past it: nobody waits for ever. */
const restShare = 0.05;

/** Earliest deadline first; a little, and what is left of the grant, for the rest. */
async function lockDue(
  transaction: Transaction,
  now: Date,
  marginMs: number,
  granted: number,
): Promise<BeatRow[]> {
  const from = new Date(now.getTime() + marginMs);
  const kept = await lockRest(transaction, now, from, Math.ceil(granted * restShare));
  const urgent = await transaction.$queryRaw<BeatRow[]>`
    select ${columns} from heartbeat
    where deadline_at > ${from} and next_beat_at <= ${now}
    order by deadline_at limit ${granted - kept.length} for update skip locked`;
  const left = granted - kept.length - urgent.length;
  return [...urgent, ...kept, ...(await lockRest(transaction, now, from, left, kept))];
}

/** Those due longest; `taken` by this claim are left out. */
function lockRest(
  transaction: Transaction,
  now: Date,
  from: Date,
  limit: number,
  taken: readonly BeatRow[] = [],
): Promise<BeatRow[]> {
  if (limit <= 0) return Promise.resolve([]);
  const enough = limit + taken.length;
  return transaction.$queryRaw<BeatRow[]>`
    select ${columns} from heartbeat
    where next_beat_at <= ${now} and approval_id in (
      select approval_id from (
        (select approval_id, next_beat_at from heartbeat
         where deadline_at is null and next_beat_at <= ${now} order by next_beat_at limit ${enough})
        union all
        (select approval_id, next_beat_at from heartbeat
         where deadline_at <= ${from} and next_beat_at <= ${now} order by deadline_at limit ${enough})) as rest
      where approval_id <> all(${taken.map(({ id }) => id)}::uuid[])
      order by next_beat_at limit ${limit})
    order by next_beat_at for update skip locked`;
}

const columns = Prisma.sql`approval_id as id, received_at as "receivedAt", timeout_seconds as "timeoutSeconds",
  heartbeat_seconds as "heartbeatSeconds", identified`;
