import { describe, expect, it } from "vitest";
import { freePort } from "../../local/free-port.ts";
import { startCountersign } from "../support/countersign-process.ts";
import { processSurroundings } from "../support/process-surroundings.ts";
import { until } from "../support/until.ts";

/** A worker with three open polls, and how to ask it how it fares. */
async function pollingWorker(around: Awaited<ReturnType<typeof processSurroundings>>) {
  const port = await freePort();
  const worker = startCountersign(["worker"], {
    ...around.environment,
    COUNTERSIGN_WORKER_PORT: String(port),
  });
  await worker.says('"msg":"ready"');
  await until("all pollers poll", () => around.endpoint.openPolls(around.activityArn) === 3);
  const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
  return { worker, ask };
}

const lines = (output: string) =>
  output.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Record<string, unknown>]));

describe("a worker process", () => {
  it("tells how each of its parts fares and what it counts, at a port of its own", async () => {
    await using around = await processSurroundings();
    const { worker, ask } = await pollingWorker(around);
    try {
      expect(await (await ask("/healthz")).json()).toEqual({ status: "ok" });
      expect(await (await ask("/readyz")).json()).toEqual({
        status: "ready",
        parts: {
          process: { ready: true, needed: true },
          database: { ready: true, needed: true },
          queue: { ready: true, needed: false },
          polls: { ready: true, needed: true },
          sweeper: { ready: true, needed: true },
          reconciler: { ready: true, needed: true },
        },
      });
      const metrics = await (await ask("/metrics")).text();
      expect(metrics).toContain(`countersign_polls_open{activity="${around.activityArn}"} 3`);
      expect(metrics).toMatch(/^countersign_approvals_pending 0$/m);
      expect((await ask("/api/v1/approvals")).status).toBe(404);
      around.endpoint.releasePolls();
    } finally {
      await worker.kill("SIGKILL");
    }
  });

  it("whose polls have never got through is not ready, and says why", async () => {
    await using around = await processSurroundings();
    const { worker, ask } = await pollingWorker(around);
    try {
      await around.endpoint.close();
      await until("it is not ready", async () => (await ask("/readyz")).status === 503);
      const { parts } = (await (await ask("/readyz")).json()) as { parts: Record<string, object> };
      expect(parts["polls"]).toEqual({
        ready: false,
        needed: true,
        detail: `polls of ${around.activityArn} fail: network`,
      });
      // A restart would not bring Step Functions back.
      expect((await ask("/healthz")).status).toBe(200);
    } finally {
      await worker.kill("SIGKILL");
    }
  });

  it("SIGTERM starts no new poll, waits for those under way and stores what they still bring; exit code 0, nothing lost", async () => {
    await using around = await processSurroundings();
    const { worker, ask } = await pollingWorker(around);
    try {
      worker.child.kill("SIGTERM");
      await worker.says("stopping");
      const readiness = await ask("/readyz");
      expect(readiness.status).toBe(503);
      expect(await readiness.json()).toMatchObject({
        status: "not_ready",
        parts: { process: { ready: false, detail: "is stopping" }, database: { ready: true } },
      });
      await around.start("late");
      await until(
        "the late task is stored",
        async () =>
          (await around.database.query("select 1 from approval where commit = 'late'")).length === 1,
      );
      await until("its poller polls no more", () => around.endpoint.openPolls(around.activityArn) === 2);
      around.endpoint.releasePolls();
      expect(await worker.ended()).toBe(0);
      expect(lines(worker.output()).at(-1)).toMatchObject({
        msg: "stopped; no task token is lost",
        tokensAtRisk: 0,
        unclosed: [],
      });
    } finally {
      await worker.kill("SIGKILL");
    }
  });

  it("a second signal ends it at once: exit code 1, and the log says how many tokens that may have cost", async () => {
    await using around = await processSurroundings();
    const { worker } = await pollingWorker(around);
    try {
      worker.child.kill("SIGTERM");
      await worker.says("stopping");
      const stoppedAt = Date.now();
      await until("it is a second press", () => Date.now() - stoppedAt > 600);
      worker.child.kill("SIGTERM");
      expect(await worker.ended()).toBe(1);
      expect(lines(worker.output()).at(-1)).toMatchObject({
        msg: "second signal: ending at once; up to 3 task tokens may be lost",
        tokensAtRisk: 3,
      });
    } finally {
      await worker.kill("SIGKILL");
    }
  });
});
