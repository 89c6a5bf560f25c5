import type { DueBeat, HeartbeatStore } from "../../application/ports.ts";
import type { Database } from "./database.ts";

interface BeatRow {
  id: string;
  status: DueBeat["status"];
  receivedAt: Date;
  timeoutSeconds: number | null;
  heartbeatSeconds: number | null;
  identified: boolean;
  lastBeatAt: Date | null;
}

export function createHeartbeatStore(database: Database): HeartbeatStore {
  return {
    claimDue: (now, limit, nextOf) =>
      database.transaction(async (transaction) => {
        const rows = await transaction.$queryRaw<BeatRow[]>`
          select id, received_at as "receivedAt", timeout_seconds as "timeoutSeconds", heartbeat_seconds as "heartbeatSeconds",
                 identified_at is not null as identified
          from approval where next_beat_at <= ${now}
          order by next_beat_at limit ${limit} for update skip locked`;
        if (rows.length === 0) return [];
        const ids = rows.map((row) => row.id);
        const nexts = rows.map((row) => nextOf(row).toISOString());
        await transaction.$executeRaw`
          update approval set next_beat_at = claimed.next
          from unnest(${ids}::uuid[], ${nexts}::timestamptz[]) as claimed(id, next)
          where approval.id = claimed.id`;
        return ids;
      }),

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
