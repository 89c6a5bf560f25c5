import type { JobQueue, QueueName } from "../../application/ports/queue.ts";
import type { Log } from "../../application/ports/runtime.ts";
import { inBatches } from "../in-batches.ts";

export const queueNames = [
  "beats",
  "answers",
  "identify",
  "starts",
  "supersede",
  "policies",
] as const satisfies readonly QueueName[];

/** A job carries ids only: whatever it needs else stands in Postgres. */
export interface RingData {
  ids: string[];
}

/** What differs between BullMQ on Redis and BullMQ on Postgres; the members that we use of its Queue and Worker. */
export interface QueueBackend {
  openQueue(name: string): BackendQueue;
  openWorker(
    name: string,
    concurrency: number,
    process: (job: { data: RingData }) => Promise<void>,
  ): BackendWorker;
  /** Rejects if it cannot be reached, or takes nothing. */
  probe(): Promise<unknown>;
  close(): Promise<void>;
}

export interface BackendQueue {
  addBulk(
    jobs: {
      name: string;
      data: RingData;
      opts: { jobId: string; removeOnComplete: boolean; removeOnFail: boolean };
    }[],
  ): Promise<unknown>;
  getJobCountByTypes(...types: ("waiting" | "active" | "prioritized" | "delayed")[]): Promise<number>;
  on(event: "error", listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}

export interface BackendWorker {
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "failed", listener: (job: unknown, error: Error) => void): unknown;
  close(): Promise<void>;
}

type Ring = Parameters<JobQueue["ring"]>[1][number];

/** Calls of `ring` that become one call of the queue. */
const ringsAtOnce = 500;

/** A ring may not hold up a decision: whatever has not rung by then, the sweep rings. */
const ringTimeoutMs = 1_500;

/** A BullMQ name may not hold `:`. */
const fullName = (queue: QueueName) => `countersign-${queue}`;

export const bullmqNames = queueNames.map(fullName);

export function createJobQueue(backend: QueueBackend, log: Log): JobQueue {
  const queues = new Map(queueNames.map((name) => [name, backend.openQueue(fullName(name))]));
  for (const queue of queues.values())
    queue.on("error", (error) => log.warn({ err: error }, "the queue reports a fault"));
  const queueOf = (name: QueueName) => {
    const queue = queues.get(name);
    if (queue === undefined) throw new Error(`no queue ${name}`);
    return queue;
  };
  const ringAll = async (name: QueueName, rings: readonly (readonly Ring[])[]) => {
    const jobs = rings.flat().map(({ key, ids }) => ({
      name,
      data: { ids: [...ids] },
      opts: { jobId: key, removeOnComplete: true, removeOnFail: true },
    }));
    const rang = await within(ringTimeoutMs, queueOf(name).addBulk(jobs)).then(
      () => true,
      (error: unknown) => {
        log.warn(
          { err: error, queue: name, jobs: jobs.length },
          "could not ring; the next sweep makes it up",
        );
        return false;
      },
    );
    return rings.map(() => ({ status: "fulfilled", value: rang }) as const);
  };
  // Tokens that were stored together ring together.
  const bells = new Map(
    queueNames.map((name) => [
      name,
      inBatches(ringsAtOnce, (rings: readonly (readonly Ring[])[]) => ringAll(name, rings)),
    ]),
  );
  return {
    ring: async (name, jobs) => (jobs.length === 0 ? true : ((await bells.get(name)?.(jobs)) ?? false)),
    work(name, concurrency, handler) {
      const worker = backend.openWorker(fullName(name), concurrency, async (job) => handler(job.data.ids));
      worker.on("error", (error) => log.warn({ err: error, queue: name }, "a queue worker reports a fault"));
      worker.on("failed", (_job, error) =>
        log.error({ err: error, queue: name }, "a job failed; the next sweep repeats what is due"),
      );
      return { close: () => worker.close() };
    },
    isWritable: () =>
      within(ringTimeoutMs, backend.probe()).then(
        () => true,
        () => false,
      ),
    async depth() {
      const depths = await Promise.all([...queues.values()].map(depthOf));
      return depths.reduce((sum, depth) => sum + depth, 0);
    },
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      await backend.close();
    },
  };
}

function depthOf(queue: BackendQueue): Promise<number> {
  return queue.getJobCountByTypes("waiting", "active", "prioritized", "delayed");
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no reply within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
