import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { startPostgres } from "../../local/postgres.ts";
import { prepareDatabase } from "../../src/commands/prepare-database.ts";
import { compose, type Composed, type ComposeOptions } from "../../src/compose.ts";
import { configFileShape } from "../../src/contract/config-file.ts";
import { createLifecycle } from "../../src/lifecycle.ts";
import { startRedis } from "../../test/support/redis-server.ts";
import { credentials, region, startStub, type Stub } from "./stub.ts";

export const activityArn = `arn:aws:states:${region}:123456789012:activity:po-approval`;
export const secret = "the secret of the bench, long enough for that";

export interface Surroundings extends AsyncDisposable {
  stub: Stub;
  composed: Composed;
  databaseUrl: string;
  /** Null: this machine has no redis-server, and BullMQ is on Postgres. */
  redisUrl: string | null;
  sql(text: string): Promise<unknown>;
}

/** The product's own parts over a real Postgres, a real Redis if there is one, and the stub for Step Functions. */
export async function openSurroundings({
  heartbeatsPerSecond,
  ...options
}: Pick<ComposeOptions, "clock"> & { heartbeatsPerSecond?: number } = {}): Promise<Surroundings> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-bench-fleet-"));
  const stub = await startStub();
  const postgres = await startPostgres(join(folder, "postgres"), () => undefined);
  const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;
  const redis = hasRedis ? await startRedis("redis-server", folder) : null;
  await prepareDatabase({ databaseUrl: postgres.url, holdsQueue: redis === null, role: null });
  const log = pino({ level: "silent" });
  const lifecycle = createLifecycle(log);
  const composed = await compose({
    ...options,
    databaseUrl: postgres.url,
    redisUrl: redis?.url ?? null,
    stepFunctions: { region, endpoint: stub.url, credentials },
    secret,
    signingKeyPem: null,
    retiredKeys: [],
    publicUrl: "http://127.0.0.1:3000",
    configFile: configFileShape.parse({
      heartbeatsPerSecond,
      activities: [{ arn: activityArn, pollers: { min: 50, max: 50 } }],
    }),
    log,
    lifecycle,
  });
  return {
    stub,
    composed,
    databaseUrl: postgres.url,
    redisUrl: redis?.url ?? null,
    sql: (text) => composed.database.client.$queryRawUnsafe(text),
    async [Symbol.asyncDispose]() {
      await stub[Symbol.asyncDispose]();
      await lifecycle.close();
      await redis?.stop();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
