import type { Database, Query } from "./database.ts";
import { Prisma } from "./generated/client.ts";

/** A token bucket of calls: `burst` at once, `perSecond` after that. Of the whole fleet, so it lives in Postgres. */
export interface CallRate {
  perSecond: number;
  burst: number;
}

/** By whose clock a bucket refills. `now`: what the caller takes for it. */
export type BudgetTime = (now: Date) => Prisma.Sql;

/** Postgres has one clock for the whole fleet: where those of two machines differ, each would seem to have been set back by the other. */
export const postgresTime = () => Prisma.sql`clock_timestamp()`;
/** For tests, which move theirs. */
export const callersTime: BudgetTime = (now) => Prisma.sql`${now}::timestamptz`;

export interface CallBudget {
  /**
   * Takes one call out of the bucket of `operation`, if more than `keep` of its burst (0 to 1) is in it: what is less urgent leaves
   * the rest to others. False: not now. What has no rate is always granted.
   */
  take(operation: string, keep: number): Promise<boolean>;
}

export function createCallBudget(
  database: Database,
  rates: Readonly<Record<string, CallRate>>,
  instantNow: () => Prisma.Sql = postgresTime,
): CallBudget {
  return {
    async take(operation, keep) {
      const rate = rates[operation];
      if (rate === undefined) return true;
      const instant = instantNow();
      const left = leftIn(rate);
      // Without a row to update, the bucket is empty: nothing is written, and its refill goes on from where it was.
      const taken = await database.run(
        (client) => client.$executeRaw`
          insert into call_budget as budget (name, available, refilled_at) values (${operation}, ${rate.burst - 1}, ${instant})
          on conflict (name) do update set available = ${left} - 1, refilled_at = ${refilledAt}
          where ${left} >= ${1 + keep * rate.burst}`,
      );
      return taken > 0;
    },
  };
}

/**
 * Refills a bucket by the clock and tells what is in it. Its row stays locked until the transaction ends: claims of several
 * processes come one after the other.
 */
export async function refillBudget(
  query: Query,
  name: string,
  instant: Prisma.Sql,
  rate: CallRate,
): Promise<number> {
  const [row] = await query<{ available: number }>(Prisma.sql`
    insert into call_budget as budget (name, available, refilled_at) values (${name}, ${rate.burst}, ${instant})
    on conflict (name) do update set available = ${leftIn(rate)}, refilled_at = ${refilledAt}
    returning available`);
  return Math.max(0, Math.floor(row?.available ?? 0));
}

/** What is in a bucket now. Takes and locks nothing. */
export async function availableIn(
  query: Query,
  name: string,
  instant: Prisma.Sql,
  rate: CallRate,
): Promise<number> {
  const [row] = await query<{ available: number }>(Prisma.sql`
    select ${leftIn(rate)} as available
    from call_budget as budget, (select ${instant} as refilled_at) as excluded where name = ${name}`);
  return Math.max(0, Math.floor(row?.available ?? rate.burst));
}

/** The statement that takes calls out of a bucket. */
export function spending(name: string, calls: number): Prisma.Sql {
  return Prisma.sql`update call_budget set available = available - ${calls} where name = ${name}`;
}

/** Two calls at once may come in the other order: that must not refill anything. A clock this far behind has been set back. */
const wasSetBack = Prisma.sql`excluded.refilled_at < budget.refilled_at - interval '10 seconds'`;

const refilledAt = Prisma.sql`case when ${wasSetBack} then excluded.refilled_at
  else greatest(excluded.refilled_at, budget.refilled_at) end`;

/** Never more than the burst, so that a pause makes no flood. */
function leftIn({ perSecond, burst }: CallRate): Prisma.Sql {
  return Prisma.sql`case when ${wasSetBack} then ${burst}::float8 else least(${burst}::float8, budget.available
    + ${perSecond}::float8 * greatest(0, extract(epoch from excluded.refilled_at - budget.refilled_at))) end`;
}
