import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import type { QueueBackend, RingData } from "./job-queue.ts";

/** BullMQ on Redis. Producers fail fast (a decision must not wait for Redis); workers wait until it is back. */
export function createRedisBackend(url: string): QueueBackend {
  const producer = new Redis(url, {
    maxRetriesPerRequest: 1,
    enableOfflineQueue: true,
    connectTimeout: 1_000,
  });
  const consumer = new Redis(url, { maxRetriesPerRequest: null });
  // BullMQ reports a fault of either connection on its queues and workers; an unheard "error" event would end the process.
  for (const connection of [producer, consumer]) connection.on("error", () => undefined);
  return {
    openQueue: (name) => new Queue<RingData>(name, { connection: producer, skipWaitingForReady: true }),
    openWorker: (name, concurrency, process) =>
      new Worker<RingData>(name, process, { connection: consumer, concurrency }),
    // A write, since a replica and a Redis that is full still answer what is read.
    probe: () => producer.set("countersign-probe", "1", "EX", 60),
    async close() {
      producer.disconnect();
      consumer.disconnect();
    },
  };
}
