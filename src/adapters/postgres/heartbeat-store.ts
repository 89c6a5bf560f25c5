import type { DueBeat, HeartbeatStore } from "../../application/ports/heartbeats.ts";
import type { BeatDemand } from "../../domain/beat-plan.ts";
import { assumedHeartbeatSeconds } from "../../domain/heartbeat.ts";
import { claimBeats, countClaimable } from "./claim-beats.ts";
import { postgresTime, type BudgetTime } from "./call-budget.ts";
import { endBeats } from "./end-beats.ts";
import type { Database } from "./database.ts";
import { pullForward } from "./pull-forward.ts";

interface BeatRow {
  id: string;
  status: DueBeat["status"];
  receivedAt: Date;
  timeoutSeconds: number | null;
  heartbeatSeconds: number | null;
  identified: boolean;
  lastBeatAt: Date | null;
  nextBeatAt: Date;
  deadlineAt: Date | null;
}

/** `callsPerSecond` is what the whole fleet may spend on heartbeats. */
export function createHeartbeatStore(
  database: Database,
  callsPerSecond: number,
  time: BudgetTime = postgresTime,
): HeartbeatStore {
  // One second's worth at once, so that a pause makes no flood.
  const budget = { rate: { perSecond: callsPerSecond, burst: callsPerSecond }, time };
  return {
    callsPerSecond,

    countClaimable: (now, max) => countClaimable(database, now, max, budget),

    claimDue: (claim) => claimBeats(database, claim, budget),

    async nextDueAt() {
      const [row] = await database.run(
        (client) => client.$queryRaw<{ due: Date | null }[]>`select min(next_beat_at) as due from heartbeat`,
      );
      return row?.due ?? null;
    },

    load: (ids) =>
      database.run(
        (client) => client.$queryRaw<BeatRow[]>`
          select id, case status when 'pending' then 'pending' else 'decided' end as status, heartbeat.received_at as "receivedAt",
                 heartbeat.timeout_seconds as "timeoutSeconds", heartbeat.heartbeat_seconds as "heartbeatSeconds", identified,
                 heartbeat.last_beat_at as "lastBeatAt", heartbeat.next_beat_at as "nextBeatAt", deadline_at as "deadlineAt"
          from heartbeat join approval on approval.id = approval_id where approval_id = any(${[...ids]}::uuid[])
          order by deadline_at nulls last`,
      ),

    async beaten(beats) {
      // In one order, so that two batches with the same tasks cannot wait for each other.
      const inOrder = [...beats].sort((a, b) => (a.id < b.id ? -1 : 1));
      const ids = inOrder.map(({ id }) => id);
      const times = inOrder.map(({ at }) => at.toISOString());
      await database.run(
        (client) => client.$executeRaw`
          with mine as (
            select approval_id, heard.at from unnest(${ids}::uuid[], ${times}::timestamptz[]) as heard(id, at)
            join heartbeat on approval_id = heard.id order by approval_id for update of heartbeat)
          update heartbeat set last_beat_at = mine.at from mine where heartbeat.approval_id = mine.approval_id`,
      );
    },

    async stopBeats(id) {
      await database.run((client) => endBeats(client, id));
    },

    demand: () =>
      database.run(
        (client) => client.$queryRaw<BeatDemand[]>`
          select coalesce(heartbeat_seconds, ${assumedHeartbeatSeconds}::int) as "heartbeatSeconds", count(*)::int as tasks
          from heartbeat where deadline_at is not null group by heartbeat_seconds`,
      ),

    pullForward: (now, stretch) => pullForward(database, now, stretch),
  };
}
