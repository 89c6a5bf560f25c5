import type { TestDatabase } from "./test-database.ts";

export const start = new Date(Date.UTC(2026, 5, 1, 12));
/** So many seconds after the start. */
export const at = (seconds: number) => new Date(start.getTime() + seconds * 1000);

export interface WaitingTasks {
  count?: number;
  /** Null: the state declares none. */
  heartbeatSeconds: number | null;
  /** When it was heard last; the title tells tasks apart. */
  heard: number;
  due: number;
  title: string;
}

/** Tasks as the store knows them: heard of at one moment, due for a beat at another (seconds). */
export async function addWaitingTasks(
  database: TestDatabase,
  { count = 1, heartbeatSeconds, heard, due, title }: WaitingTasks,
): Promise<void> {
  await database.query(
    `with task as (
       insert into approval (id, activity_arn, worker_name, received_at, title, links, input, heartbeat_seconds, identified_at, checked_at)
       select gen_random_uuid(), 'a', 'w', $1::timestamptz + n * $5::interval, $2, '[]', '{}', $3, $1, $1
       from generate_series(0, $6::int - 1) as n
       returning id, received_at, heartbeat_seconds)
     insert into heartbeat (approval_id, received_at, heartbeat_seconds, identified, next_beat_at)
     select id, received_at, heartbeat_seconds, true, received_at - $1 + $4::timestamptz from task`,
    [at(heard), title, heartbeatSeconds, at(due), "1 millisecond", count],
  );
}
