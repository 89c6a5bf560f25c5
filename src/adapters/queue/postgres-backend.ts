import { setTimeout as delay } from "node:timers/promises";
import { createPostgresBackend, withBackend, type PgPool } from "bullmq";
import pg from "pg";
import type { BackendQueue, BackendWorker, QueueBackend, RingData } from "./job-queue.ts";

const { Queue, Worker } = withBackend(createPostgresBackend);

export const postgresSchema = "bullmq";

/** Six workers listen on one connection each, for good; the rest share ten, which they use for a query at a time. */
const poolSize = 16;

/** BullMQ on Postgres, in a schema of its own that `prepareQueue` has made: the embedded default, where there is no Redis. */
export function createPostgresQueueBackend(connectionString: string): QueueBackend {
  const pool = createPool(connectionString);
  // Its own types of BullMQ describe the part of a pool that it uses, without overloads.
  const connection = pool as unknown as PgPool;
  const whenThere = async () => void (await pool.query("select 1"));
  return {
    openQueue: (name) => openQueue(whenThere, () => new Queue<RingData>(name, { connection })),
    openWorker: (name, concurrency, process) =>
      openWorker(
        whenThere,
        () => new Worker<RingData>(name, process, { connection, concurrency, autorun: false }),
      ),
    // Whether this Postgres takes writes, is asked of the database itself.
    probe: whenThere,
    close: () => pool.end(),
  };
}

function createPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max: poolSize,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    options: `-c search_path=${postgresSchema}`,
  });
  // Each queue and worker listens to the pool.
  pool.setMaxListeners(0);
  pool.on("error", () => undefined);
  // A server that ends a connection which BullMQ holds, but does not use at that moment, must not end the process.
  pool.on("connect", (client) => void client.on("error", () => undefined));
  return pool;
}

type PostgresQueue = InstanceType<typeof Queue<RingData>>;
type PostgresWorker = InstanceType<typeof Worker<RingData>>;

/**
 * A queue whose Postgres was away when it was opened never works: BullMQ keeps the failure of its first connection. So it is opened
 * when it is needed and Postgres is there, and again until that succeeds.
 */
function openQueue(whenThere: () => Promise<void>, open: () => PostgresQueue): BackendQueue {
  const listeners: ((error: Error) => void)[] = [];
  let opened: Promise<PostgresQueue> | null = null;
  const queue = () =>
    (opened ??= ready().catch((error: unknown) => {
      opened = null;
      throw error;
    }));
  const ready = async () => {
    await whenThere();
    const fresh = open();
    fresh.on("error", (error) => {
      for (const listener of listeners) listener(error);
    });
    return becomeReady(fresh);
  };
  return {
    addBulk: async (jobs) => (await queue()).addBulk(jobs),
    getJobCountByTypes: async (...types) => (await queue()).getJobCountByTypes(...types),
    on: (_event, listener) => listeners.push(listener),
    close: async () => (await opened?.catch(() => null))?.close(),
  };
}

/** After a fault a worker rests this long. BullMQ itself tries again at once, which keeps a processor and the log busy. */
const restMs = 1_000;

/** A worker is opened until that succeeds, for the same reason. */
function openWorker(whenThere: () => Promise<void>, open: () => PostgresWorker): BackendWorker {
  const onError: ((error: Error) => void)[] = [];
  const onFailed: ((job: unknown, error: Error) => void)[] = [];
  const stop = new AbortController();
  const rest = () => delay(restMs, undefined, { signal: stop.signal }).catch(() => undefined);
  const tell = (error: unknown) => {
    for (const listener of onError) listener(error instanceof Error ? error : new Error(String(error)));
  };
  const run = async (worker: PostgresWorker) => {
    let isHeard = false;
    worker.on("error", (error) => {
      if (!isHeard) return;
      tell(error);
      if (!worker.isPaused()) void pauseFor(worker, rest, stop.signal);
    });
    worker.on("failed", (job, error) => {
      for (const listener of onFailed) listener(job, error);
    });
    await becomeReady(worker);
    isHeard = true;
    worker.run().catch(tell);
    return worker;
  };
  const start = async (): Promise<PostgresWorker | null> => {
    while (!stop.signal.aborted) {
      try {
        await whenThere();
        return await run(open());
      } catch (error) {
        tell(error);
        await rest();
      }
    }
    return null;
  };
  const started = start();
  return {
    on(event: "error" | "failed", listener: (...args: never[]) => void) {
      if (event === "error") onError.push(listener as (error: Error) => void);
      else onFailed.push(listener as (job: unknown, error: Error) => void);
    },
    async close() {
      stop.abort();
      await (await started)?.close();
    },
  };
}

async function pauseFor(
  worker: PostgresWorker,
  rest: () => Promise<void>,
  stopped: AbortSignal,
): Promise<void> {
  await worker.pause(true);
  await rest();
  if (!stopped.aborted) await worker.resume();
}

async function becomeReady<Part extends PostgresQueue | PostgresWorker>(part: Part): Promise<Part> {
  try {
    await part.waitUntilReady();
    return part;
  } catch (error) {
    await part.close().catch(() => undefined);
    throw error;
  }
}
