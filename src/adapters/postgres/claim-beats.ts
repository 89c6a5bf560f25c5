import type { BeatClaim } from "../../application/ports/heartbeats.ts";
import type { BeatFacts } from "../../domain/heartbeat.ts";
import { availableIn, refillBudget, spending, type BudgetTime, type CallRate } from "./call-budget.ts";
import type { Database, Query } from "./database.ts";
import { Prisma } from "./generated/client.ts";

/** What the whole fleet may spend on heartbeats. */
export interface BeatBudget {
  rate: CallRate;
  time: BudgetTime;
}

type BeatRow = BeatFacts & { id: string };

/** Takes what is due and what the budget allows, and moves each one's next beat forward. Returns the ids, most urgent first. */
export async function claimBeats(
  database: Database,
  { now, limit, marginMs, nextOf }: BeatClaim,
  { rate, time }: BeatBudget,
): Promise<string[]> {
  // Most sweeps find nothing, and then write nothing.
  if (!(await isAnyDue(database, now))) return [];
  const claim = async (query: Query) => {
    const granted = Math.min(limit, await refillBudget(query, budgetName, time(now), rate));
    const rows = granted === 0 ? [] : await lockDue(query, now, marginMs, granted);
    if (rows.length === 0) return [];
    await move(query, rows, nextOf);
    return rows.map(({ id }) => id);
  };
  // What a crash takes back is due once more: a beat that comes twice costs a call.
  return database.queries(claim, { isRepeatable: true });
}

/** How many beats are due that the budget pays for now, at most `max`. Takes nothing: two processes may count the same. */
export async function countClaimable(
  database: Database,
  now: Date,
  max: number,
  { rate, time }: BeatBudget,
): Promise<number> {
  const [row] = await database.query<{ due: number }>(Prisma.sql`
    select count(*)::int as due from (select 1 from heartbeat where next_beat_at <= ${now} limit ${max}) as due`);
  const due = row?.due ?? 0;
  return due === 0 ? 0 : Math.min(due, await availableIn(database.query, budgetName, time(now), rate));
}

/** The beats go forward and are paid for. */
async function move(query: Query, rows: readonly BeatRow[], nextOf: BeatClaim["nextOf"]): Promise<void> {
  const ids = rows.map(({ id }) => id);
  const nexts = rows.map((row) => nextOf(row).toISOString());
  await query(Prisma.sql`
    with moved as (
      update heartbeat set next_beat_at = claimed.next
      from unnest(${ids}::uuid[], ${nexts}::timestamptz[]) as claimed(id, next)
      where approval_id = claimed.id)
    ${spending(budgetName, ids.length)}`);
}

const budgetName = "heartbeats";

async function isAnyDue(database: Database, now: Date): Promise<boolean> {
  const [first] = await database.query<{ isDue: boolean }>(
    Prisma.sql`select next_beat_at <= ${now} as "isDue" from heartbeat order by next_beat_at limit 1`,
  );
  return first?.isDue ?? false;
}

/** Of what is granted, for tasks without a deadline and for those that are past it: nobody waits for ever. */
const restShare = 0.05;

/** Earliest deadline first; a little, and what is left of the grant, for the rest. */
async function lockDue(query: Query, now: Date, marginMs: number, granted: number): Promise<BeatRow[]> {
  const from = new Date(now.getTime() + marginMs);
  const rows = await query<BeatRow & { isUrgent: boolean }>(Prisma.sql`
    with rest as (${rest(now, from, Math.ceil(granted * restShare))}),
      urgent as (
        select * from heartbeat where deadline_at > ${from} and next_beat_at <= ${now}
        order by deadline_at limit ${granted} - (select count(*) from rest) for update skip locked)
    select ${columns}, true as "isUrgent", deadline_at as rank from urgent
    union all select ${columns}, false, next_beat_at from rest
    order by "isUrgent" desc, rank`);
  const left = granted - rows.length;
  if (left === 0) return rows;
  const kept = rows.filter(({ isUrgent }) => !isUrgent).map(({ id }) => id);
  const more = await query<BeatRow>(Prisma.sql`
    select ${columns} from (${rest(now, from, left, kept)}) as rest`);
  return [...rows, ...more];
}

/** Selects and locks those due longest; `taken` by this claim are left out. */
function rest(now: Date, from: Date, limit: number, taken: readonly string[] = []): Prisma.Sql {
  const enough = limit + taken.length;
  return Prisma.sql`
    select * from heartbeat
    where next_beat_at <= ${now} and approval_id in (
      select approval_id from (
        (select approval_id, next_beat_at from heartbeat
         where deadline_at is null and next_beat_at <= ${now} order by next_beat_at limit ${enough})
        union all
        (select approval_id, next_beat_at from heartbeat
         where deadline_at <= ${from} and next_beat_at <= ${now} order by deadline_at limit ${enough})) as due
      where approval_id <> all(${[...taken]}::uuid[])
      order by next_beat_at limit ${limit})
    order by next_beat_at for update skip locked`;
}

const columns = Prisma.sql`approval_id as id, received_at as "receivedAt", timeout_seconds as "timeoutSeconds",
  heartbeat_seconds as "heartbeatSeconds", identified`;
