import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { projectFile } from "../../src/project-file.ts";
import { residentMb } from "../support/product-process.ts";
import { fillPending } from "./fill-pending.ts";
import { activityArn, secret, type Surroundings } from "./surroundings.ts";
import { credentials, region } from "./stub.ts";

const pending = 100_000;
const settleMs = 20_000;
const limitMb = 60;

/** What one worker process holds while 100,000 approvals wait, above what it holds with none. */
export async function workerMemory(surroundings: Surroundings): Promise<boolean> {
  await surroundings.sql("with none as (delete from heartbeat) update approval set identify_after = null");
  const none = await workerWith(surroundings);
  await fillPending(surroundings.composed.database, {
    count: pending,
    heartbeatSeconds: 3600,
    receivedAt: new Date(),
  });
  const many = await workerWith(surroundings);
  const more = many - none;
  const kept = more <= limitMb;
  console.log(
    `${kept ? "ok  " : "OVER"}  worker memory with 100,000 pending ${many.toFixed(0)} MB, with none ${none.toFixed(0)} MB: ${more.toFixed(0)} MB more (at most ${limitMb} MB)`,
  );
  return kept;
}

async function workerWith({ databaseUrl, redisUrl, stub }: Surroundings): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-bench-worker-"));
  const config = join(folder, "countersign.yaml");
  await writeFile(config, `activities:\n  - arn: ${activityArn}\n    pollers: { min: 2, max: 2 }\n`);
  const worker = spawn(process.execPath, [projectFile("bin/countersign.js"), "worker"], {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      PATH: process.env["PATH"],
      DATABASE_URL: databaseUrl,
      ...(redisUrl === null ? {} : { REDIS_URL: redisUrl }),
      COUNTERSIGN_SECRET: secret,
      COUNTERSIGN_LOG_LEVEL: "warn",
      COUNTERSIGN_CONFIG: config,
      AWS_ENDPOINT_URL_SFN: stub.url,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
  });
  const ended = once(worker, "exit");
  try {
    await delay(settleMs);
    return await residentMb(worker.pid ?? 0);
  } finally {
    // Its polls are held by the stub, which has nothing to give: waiting for them measures nothing.
    worker.kill("SIGKILL");
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
}
