import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { Redis } from "ioredis";
import { createJobQueue } from "../../src/adapters/queue/job-queue.ts";
import { createPostgresQueueBackend } from "../../src/adapters/queue/postgres-backend.ts";
import { createRedisBackend } from "../../src/adapters/queue/redis-backend.ts";
import type { JobQueue } from "../../src/application/ports/queue.ts";
import type { Log } from "../../src/application/ports/runtime.ts";
import { findProgram } from "../support/find-program.ts";
import { startRedis } from "../support/redis-server.ts";
import { createTestDatabase } from "../support/test-database.ts";
import { until } from "../support/until.ts";

function logInto(lines: string[]): Log {
  const write = (_fields: object, message: string) => void lines.push(message);
  return { debug: write, info: write, warn: write, error: write };
}

interface Opened extends AsyncDisposable {
  queue: JobQueue;
  lines: string[];
  /** Forgets every job, as FLUSHALL and a restored backup do. */
  flush(): Promise<void>;
}

async function onPostgres(): Promise<Opened> {
  const database = await createTestDatabase();
  const lines: string[] = [];
  const queue = createJobQueue(createPostgresQueueBackend(database.url), logInto(lines));
  return {
    queue,
    lines,
    flush: async () => {
      const tables = await database.query<{ name: string }>(
        "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'bullmq' and tablename not like '%migration%'",
      );
      await database.query(`truncate ${tables.map(({ name }) => name).join(", ")}`);
    },
    async [Symbol.asyncDispose]() {
      await queue.close();
      await database.drop();
    },
  };
}

async function onRedis(): Promise<Opened> {
  const url = `${inject("redisUrl")}/${60 + Math.floor(Math.random() * 3)}`;
  const admin = new Redis(url);
  await admin.flushdb();
  const lines: string[] = [];
  const queue = createJobQueue(createRedisBackend(url), logInto(lines));
  return {
    queue,
    lines,
    flush: async () => void (await admin.flushdb()),
    async [Symbol.asyncDispose]() {
      await queue.close();
      admin.disconnect();
    },
  };
}

/** The address of a database that is not there yet. */
async function createLaterDatabase() {
  const database = await createTestDatabase();
  await database.drop();
  return {
    url: database.url,
    create: () => database.recreate(),
    [Symbol.asyncDispose]: () => database.drop(),
  };
}

const backends = [
  ["Postgres", onPostgres] as const,
  ...(inject("redisUrl") === null ? [] : [["Redis", onRedis] as const]),
];

describe.each(backends)("the job queue on %s", (_name, open) => {
  it("hands each ring to one worker, with its ids", async () => {
    await using opened = await open();
    const { queue } = opened;
    const seen: string[] = [];
    const workers = [1, 2, 3].map(() => queue.work("answers", 5, async (ids) => void seen.push(...ids)));
    await queue.ring(
      "answers",
      Array.from({ length: 50 }, (_, index) => ({ key: `k-${index}`, ids: [`id-${index}`] })),
    );
    await until("all are handled", async () => seen.length >= 50 && (await queue.depth()) === 0);
    expect(seen.toSorted()).toEqual(Array.from({ length: 50 }, (_, index) => `id-${index}`).toSorted());
    await Promise.all(workers.map((worker) => worker.close()));
  });

  it("makes equal rings one while the first still waits, and rings again after it", async () => {
    await using opened = await open();
    const { queue } = opened;
    await queue.ring("answers", [{ key: "same", ids: ["1"] }]);
    await queue.ring("answers", [{ key: "same", ids: ["1"] }]);
    expect(await queue.depth()).toBe(1);
    let handled = 0;
    const worker = queue.work("answers", 1, async () => void (handled += 1));
    await until("the first is handled", async () => handled === 1 && (await queue.depth()) === 0);
    await queue.ring("answers", [{ key: "same", ids: ["1"] }]);
    await until("the second is handled", () => handled === 2);
    await worker.close();
  });

  it("a handler that throws is logged, and its ring is over", async () => {
    await using opened = await open();
    const { queue, lines } = opened;
    const worker = queue.work("beats", 1, () => Promise.reject(new Error("broken")));
    await queue.ring("beats", [{ key: "one", ids: ["1"] }]);
    await until("the failure is logged", () => lines.some((line) => line.includes("a job failed")));
    await until("nothing is left", async () => (await queue.depth()) === 0);
    await worker.close();
  });

  it("closing a worker waits for the job under way", async () => {
    await using opened = await open();
    const { queue } = opened;
    let finish: (() => void) | undefined;
    let isDone = false;
    const worker = queue.work("starts", 1, async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      isDone = true;
    });
    await queue.ring("starts", [{ key: "one", ids: ["1"] }]);
    const end = await until("the handler runs", () => finish);
    const closing = worker.close();
    end();
    await closing;
    expect(isDone).toBe(true);
  });

  it("works on after it forgot everything", async () => {
    await using opened = await open();
    const { queue, flush } = opened;
    const seen: string[] = [];
    const worker = queue.work("identify", 2, async (ids) => void seen.push(...ids));
    await queue.ring("identify", [{ key: "before", ids: ["before"] }]);
    await until("the first is handled", () => seen.length === 1);
    await flush();
    await queue.ring("identify", [{ key: "after", ids: ["after"] }]);
    await until("the second is handled", () => seen.length === 2);
    await worker.close();
  });
});

describe("a queue that cannot be reached", () => {
  it("on Postgres works as soon as Postgres is there, and is quiet until then", async () => {
    await using database = await createLaterDatabase();
    const lines: string[] = [];
    const queue = createJobQueue(createPostgresQueueBackend(database.url), logInto(lines));
    const seen: string[] = [];
    const worker = queue.work("answers", 1, async (ids) => void seen.push(...ids));
    expect(await queue.ring("answers", [{ key: "one", ids: ["1"] }])).toBe(false);
    await until("the worker has tried", () => lines.length >= 2);
    const linesBefore = lines.length;
    await database.create();
    await until("a ring gets through", () => queue.ring("answers", [{ key: "two", ids: ["2"] }]));
    await until("the worker works", () => seen.length > 0);
    expect(seen).toEqual(["2"]);
    expect(linesBefore).toBeLessThan(20);
    await worker.close();
    await queue.close();
  });

  it("on Postgres lets its worker be closed", async () => {
    await using database = await createLaterDatabase();
    const queue = createJobQueue(createPostgresQueueBackend(database.url), logInto([]));
    await queue.work("answers", 1, () => Promise.resolve()).close();
    await queue.close();
  });

  it("is said to be so, and a ring is logged and over soon, so that no decision waits for it", async () => {
    const lines: string[] = [];
    const queue = createJobQueue(createRedisBackend("redis://127.0.0.1:1"), logInto(lines));
    const before = Date.now();
    await queue.ring("answers", [{ key: "one", ids: ["1"] }]);
    expect(Date.now() - before).toBeLessThan(5_000);
    expect(lines.some((line) => line.includes("could not ring"))).toBe(true);
    expect(await queue.isWritable()).toBe(false);
    await queue.close();
  });

  it.skipIf(inject("redisUrl") === null)(
    "is said to be so where a Redis is read, but takes no writes",
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "countersign-queue-"));
      const redis = await startRedis(findProgram("redis-server") ?? "", folder);
      const admin = new Redis(redis.url);
      const queue = createJobQueue(createRedisBackend(redis.url), logInto([]));
      expect(await queue.isWritable()).toBe(true);
      await admin.config("SET", "min-replicas-to-write", "1");
      expect(await queue.isWritable()).toBe(false);
      await admin.config("SET", "min-replicas-to-write", "0");
      expect(await queue.isWritable()).toBe(true);
      await queue.close();
      admin.disconnect();
      await redis.stop();
      await rm(folder, { recursive: true });
    },
  );
});
