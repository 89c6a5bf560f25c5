import type { DueBeat, HeartbeatStore } from "../../application/ports/heartbeats.ts";
import { refillBudget, spendBudget } from "./call-budget.ts";
import type { Database, Transaction } from "./database.ts";

interface BeatRow {
  id: string;
  status: DueBeat["status"];
  receivedAt: Date;
  timeoutSeconds: number | null;
  heartbeatSeconds: number | null;
  identified: boolean;
  lastBeatAt: Date | null;
}

/** `callsPerSecond` is what the whole fleet may spend on heartbeats. */
export function createHeartbeatStore(database: Database, callsPerSecond: number): HeartbeatStore {
  // One second's worth at once, so that a pause makes no flood.
  const rate = { perSecond: callsPerSecond, burst: callsPerSecond };
  return {
    async claimDue(now, limit, nextOf) {
      // Most sweeps find nothing, and then write nothing.
      if (!(await isAnyDue(database, now))) return [];
      return database.transaction(async (transaction) => {
        const granted = Math.min(limit, await refillBudget(transaction, budgetName, now, rate));
        const rows = granted === 0 ? [] : await lockDue(transaction, now, granted);
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
    },

    async nextDueAt() {
      const [row] = await database.run(
        (client) => client.$queryRaw<{ due: Date | null }[]>`select min(next_beat_at) as due from approval`,
      );
      return row?.due ?? null;
    },

    load: (ids) =>
      database.run(
        (client) => client.$queryRaw<BeatRow[]>`
          select id, case status when 'pending' then 'pending' else 'decided' end as status, received_at as "receivedAt",
                 timeout_seconds as "timeoutSeconds", heartbeat_seconds as "heartbeatSeconds",
                 identified_at is not null as identified, last_beat_at as "lastBeatAt"
          from approval where id = any(${[...ids]}::uuid[]) and next_beat_at is not null`,
      ),

    async beaten(ids, at) {
      await database.run(
        (client) =>
          client.$executeRaw`update approval set last_beat_at = ${at} where id = any(${[...ids]}::uuid[])`,
      );
    },

    async stopBeats(id) {
      await database.run((client) => client.approval.update({ where: { id }, data: { nextBeatAt: null } }));
    },

    async pullForward(now, furthestSeconds) {
      return database.run(
        (client) => client.$executeRaw`
          update approval set next_beat_at = ${now}
          where next_beat_at > ${now}::timestamptz + make_interval(secs => coalesce(heartbeat_seconds, ${furthestSeconds}))`,
      );
    },
  };
}

const budgetName = "heartbeats";

async function isAnyDue(database: Database, now: Date): Promise<boolean> {
  const rows = await database.run(
    (client) => client.$queryRaw<unknown[]>`select 1 from approval where next_beat_at <= ${now} limit 1`,
  );
  return rows.length > 0;
}

/** What is most urgent goes first. */
function lockDue(transaction: Transaction, now: Date, limit: number): Promise<BeatRow[]> {
  return transaction.$queryRaw<BeatRow[]>`
    select id, received_at as "receivedAt", timeout_seconds as "timeoutSeconds", heartbeat_seconds as "heartbeatSeconds",
           identified_at is not null as identified
    from approval where next_beat_at <= ${now}
    order by next_beat_at limit ${limit} for update skip locked`;
}
