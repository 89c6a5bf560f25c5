import type { BudgetTime, CallRate } from "./call-budget.ts";
import type { Database } from "./database.ts";
import { Prisma } from "./generated/client.ts";

/** What waits in Postgres, for gauges. Ages are 0 where nothing waits. */
export interface WorkCounts {
  pending: number;
  oldestPendingMs: number;
  answersOwed: number;
  oldestOwedMs: number;
  /** Heartbeats that should have been claimed by now. */
  beatsDue: number;
  unclaimedGates: number;
  /** What is in each bucket of calls now, and how much it is refilled by in a second. */
  budgets: { name: string; available: number; perSecond: number }[];
}

/** The rate of each bucket in `call_budget`. */
export type BudgetRates = Readonly<Record<string, CallRate>>;

/** One look, some milliseconds; counting pending approvals is the dearest part (about 0.1 s for a million). */
export async function countWork(
  database: Database,
  now: Date,
  rates: BudgetRates,
  time: BudgetTime,
): Promise<WorkCounts> {
  const [row] = await database.run(
    (client) => client.$queryRaw<Record<string, number | Date | null>[]>`
      select (select count(*) from approval where status = 'pending')::int as pending,
             (select min(received_at) from approval where status = 'pending') as "oldestPending",
             (select count(*) from answer where next_attempt_at is not null)::int as owed,
             (select min(decided_at) from decision join answer using (approval_id)
              where answer.next_attempt_at is not null) as "oldestOwed",
             (select count(*) from heartbeat where next_beat_at <= ${now})::int as due,
             (select count(*) from unclaimed_gate)::int as gates`,
  );
  const buckets = await database.query<{ name: string; available: number; forSeconds: number }>(Prisma.sql`
    select name, available, greatest(0, extract(epoch from ${time(now)} - refilled_at))::float8 as "forSeconds"
    from call_budget`);
  const number = (value: unknown) => (typeof value === "number" ? value : 0);
  const age = (since: unknown) => (since instanceof Date ? Math.max(0, now.getTime() - since.getTime()) : 0);
  return {
    pending: number(row?.["pending"]),
    oldestPendingMs: age(row?.["oldestPending"]),
    answersOwed: number(row?.["owed"]),
    oldestOwedMs: age(row?.["oldestOwed"]),
    beatsDue: number(row?.["due"]),
    unclaimedGates: number(row?.["gates"]),
    budgets: Object.entries(rates).map(([name, { perSecond, burst }]) => {
      const bucket = buckets.find((each) => each.name === name);
      if (bucket === undefined) return { name, available: burst, perSecond };
      const refilled = bucket.available + perSecond * bucket.forSeconds;
      return { name, available: Math.min(burst, refilled), perSecond };
    }),
  };
}
