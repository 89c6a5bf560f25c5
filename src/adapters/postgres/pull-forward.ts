import { assumedHeartbeatSeconds, probeIntervalMs } from "../../domain/heartbeat.ts";
import type { Database } from "./database.ts";
import { Prisma } from "./generated/client.ts";

/** Beats are planned by a process's own clock: a little further ahead than it should be is no sign that one was set back. */
const planTolerance = 1.1;

/** Makes beats due that lie further ahead than a plan with this `stretch` puts them. Returns how many. */
export function pullForward(database: Database, now: Date, stretch: number): Promise<number> {
  const furthest = Prisma.sql`${now}::timestamptz + make_interval(secs => ${planTolerance}::float8 * case
    when heartbeat_seconds is null and identified then ${probeIntervalMs / 1000}::float8
    else coalesce(heartbeat_seconds, ${assumedHeartbeatSeconds}::int) * ${stretch}::float8 / 3 end)`;
  return database.run(
    (client) => client.$executeRaw`
      with mine as (
        select approval_id from heartbeat where next_beat_at > ${furthest} order by approval_id for update)
      update heartbeat set next_beat_at = ${now} from mine where heartbeat.approval_id = mine.approval_id`,
  );
}
