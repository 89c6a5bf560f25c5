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
      update approval set next_beat_at = claimed.next
      from unnest(${ids}::uuid[], ${nexts}::timestamptz[]) as claimed(id, next)
      where approval.id = claimed.id`;
    await spendBudget(transaction, budgetName, ids.length);
    return ids;
  });
}

const budgetName = "heartbeats";

async function isAnyDue(database: Database, now: Date): Promise<boolean> {
  const rows = await database.run(
    (client) => client.$queryRaw<unknown[]>`select 1 from approval where next_beat_at <= ${now} limit 1`,
  );
  return rows.length > 0;
}

/** Of what is granted, for tasks without a deadline and for those that are past it: nobody waits for ever. */
const restShare = 0.05;
/** Within this time of its deadline a task is in strict order; beyond it, the order of those that are due longest is near enough. */
const nearMs = 30_000;
const candidates = 5_000;

/** Earliest deadline first; then what is left of the grant for the rest. */
async function lockDue(
  transaction: Transaction,
  now: Date,
  marginMs: number,
  granted: number,
): Promise<BeatRow[]> {
  const from = new Date(now.getTime() + marginMs);
  const near = new Date(from.getTime() + nearMs);
  const forRest = Math.ceil(granted * restShare);
  const urgent = await transaction.$queryRaw<BeatRow[]>`
    select ${columns} from approval
    where beat_deadline_at > ${from} and beat_deadline_at <= ${near} and next_beat_at <= ${now}
    order by beat_deadline_at limit ${granted - forRest} for update skip locked`;
  const rest = await lockRest(transaction, now, from, forRest);
  const left = granted - urgent.length - rest.length;
  if (left <= 0) return [...urgent, ...rest];
  const others = await transaction.$queryRaw<BeatRow[]>`
    select ${columns} from approval
    where id in (
      select id from (
        select id, beat_deadline_at from approval where next_beat_at <= ${now} and beat_deadline_at > ${from}
        order by next_beat_at limit ${candidates}) as longest
      where id <> all(${urgent.map(({ id }) => id)}::uuid[])
      order by beat_deadline_at limit ${left})
    for update skip locked`;
  const more = await lockRest(transaction, now, from, left - others.length, rest);
  return [...urgent, ...others, ...rest, ...more];
}

function lockRest(
  transaction: Transaction,
  now: Date,
  from: Date,
  limit: number,
  taken: readonly BeatRow[] = [],
): Promise<BeatRow[]> {
  if (limit <= 0) return Promise.resolve([]);
  return transaction.$queryRaw<BeatRow[]>`
    select ${columns} from approval
    where next_beat_at <= ${now} and (beat_deadline_at is null or beat_deadline_at <= ${from})
      and id <> all(${taken.map(({ id }) => id)}::uuid[])
    order by next_beat_at limit ${limit} for update skip locked`;
}

const columns = Prisma.sql`id, received_at as "receivedAt", timeout_seconds as "timeoutSeconds",
  heartbeat_seconds as "heartbeatSeconds", identified_at is not null as identified`;
