import { createPostgresBackend, withBackend } from "bullmq";
import type { QueueBackend, RingData } from "./job-queue.ts";

const { Queue, Worker } = withBackend(createPostgresBackend);

export const postgresSchema = "bullmq";

/** BullMQ on Postgres, in a schema of its own that `prepareQueue` has made: the embedded default, where there is no Redis. */
export function createPostgresQueueBackend(connectionString: string): QueueBackend {
  // Each queue and worker has a small pool: with a shared one a busy worker would keep a ring waiting.
  const connection = { connectionString, schema: postgresSchema, max: 2 };
  return {
    openQueue: (name) => new Queue<RingData>(name, { connection }),
    openWorker: (name, concurrency, process) =>
      new Worker<RingData>(name, process, { connection, concurrency }),
    close: async () => undefined,
  };
}
