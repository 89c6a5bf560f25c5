import type { DueBeat, HeartbeatStore } from "../../application/ports/heartbeats.ts";
import type { BeatDemand } from "../../domain/beat-plan.ts";
import { assumedHeartbeatSeconds } from "../../domain/heartbeat.ts";
import { claimBeats } from "./claim-beats.ts";
import type { Database } from "./database.ts";

interface BeatRow {
  id: string;
  status: DueBeat["status"];
  receivedAt: Date;
  timeoutSeconds: number | null;
  heartbeatSeconds: number | null;
  identified: boolean;
  lastBeatAt: Date | null;
  deadlineAt: Date | null;
}

/** `callsPerSecond` is what the whole fleet may spend on heartbeats. */
export function createHeartbeatStore(database: Database, callsPerSecond: number): HeartbeatStore {
  // One second's worth at once, so that a pause makes no flood.
  const rate = { perSecond: callsPerSecond, burst: callsPerSecond };
  return {
    callsPerSecond,

    claimDue: (claim) => claimBeats(database, claim, rate),

    async nextDueAt() {
      const [row] = await database.run(
        (client) =>
          client.$queryRaw<
            { due: Date | null }[]
          >`select min(next_beat_at) as due from approval where next_beat_at is not null`,
      );
      return row?.due ?? null;
    },

    load: (ids) =>
      database.run(
        (client) => client.$queryRaw<BeatRow[]>`
          select id, case status when 'pending' then 'pending' else 'decided' end as status, received_at as "receivedAt",
                 timeout_seconds as "timeoutSeconds", heartbeat_seconds as "heartbeatSeconds",
                 identified_at is not null as identified, last_beat_at as "lastBeatAt", beat_deadline_at as "deadlineAt"
          from approval where id = any(${[...ids]}::uuid[]) and next_beat_at is not null
          order by beat_deadline_at nulls last`,
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

    demand: () =>
      database.run(
        (client) => client.$queryRaw<BeatDemand[]>`
          select coalesce(heartbeat_seconds, ${assumedHeartbeatSeconds}::int) as "heartbeatSeconds", count(*)::int as tasks
          from approval where beat_deadline_at is not null group by heartbeat_seconds`,
      ),

    async pullForward(now, furthestSeconds) {
      return database.run(
        (client) => client.$executeRaw`
          update approval set next_beat_at = ${now}
          where next_beat_at > ${now}::timestamptz + make_interval(secs => coalesce(heartbeat_seconds, ${furthestSeconds}))`,
      );
    },
  };
}
