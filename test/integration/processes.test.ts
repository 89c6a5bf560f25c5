import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, inject, it } from "vitest";
import { freePort } from "../../local/free-port.ts";
import { startStepFunctions } from "../../local/step-functions/server.ts";
import { clientOf, present } from "../local/step-functions/harness.ts";
import { approvalMachine } from "../support/approval-machine.ts";
import { startCountersign, type CountersignProcess } from "../support/countersign-process.ts";
import { createTestDatabase } from "../support/test-database.ts";
import { until } from "../support/until.ts";

/** Postgres, Redis (if there is one) and Step Functions for processes of `countersign api` and `countersign worker`. */
async function surroundings() {
  const folder = await mkdtemp(join(tmpdir(), "countersign-processes-"));
  const endpoint = await startStepFunctions();
  const sfn = clientOf(endpoint);
  const { activityArn = "" } = await sfn.send(new CreateActivityCommand({ name: "po-approval" }));
  const definition = JSON.stringify(approvalMachine(activityArn, { HeartbeatSeconds: 12 }));
  const { stateMachineArn = "" } = await sfn.send(
    new CreateStateMachineCommand({
      name: "deploy",
      definition,
      roleArn: "arn:aws:iam::123456789012:role/test",
    }),
  );
  const database = await createTestDatabase();
  const config = join(folder, "countersign.yaml");
  await writeFile(config, `activities:\n  - name: po-approval\n    pollers: { min: 3, max: 5 }\n`);
  const port = await freePort();
  const redisUrl = inject("redisUrl");
  const environment = {
    DATABASE_URL: database.url,
    ...(redisUrl === null ? {} : { REDIS_URL: `${redisUrl}/0` }),
    COUNTERSIGN_SECRET: "a secret that is long enough for the tests",
    COUNTERSIGN_CONFIG: config,
    COUNTERSIGN_LOG_LEVEL: "info",
    PORT: String(port),
    AWS_ENDPOINT_URL_SFN: endpoint.url,
    AWS_REGION: endpoint.region,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
  };
  return {
    sfn,
    endpoint,
    environment,
    database,
    url: `http://127.0.0.1:${port}`,
    start: async (commit: string) =>
      present(
        (await sfn.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify({ commit }) })))
          .executionArn,
      ),
    status: async (executionArn: string) =>
      (await sfn.send(new DescribeExecutionCommand({ executionArn }))).status,
    async [Symbol.asyncDispose]() {
      sfn.destroy();
      await endpoint.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

describe("real processes", () => {
  it("kill -9 of the worker loses nothing: the approvals are there, their heartbeat goes on, each answer arrives once", async () => {
    await using around = await surroundings();
    const { environment, database } = around;
    const api = startCountersign(["api"], environment);
    let worker: CountersignProcess = startCountersign(["worker"], environment);
    try {
      await Promise.all([api.says('"msg":"ready"'), worker.says('"msg":"ready"')]);
      const token = startCountersign(
        ["token", "create", "--name", "release bot", "--scope", "decide"],
        environment,
      );
      expect(await token.ended()).toBe(0);
      const executions = await Promise.all(["a", "b", "c"].map(around.start));
      await until(
        "all are stored",
        async () =>
          (await database.query("select 1 from approval where identified_at is not null")).length === 3,
      );
      await worker.kill("SIGKILL");

      const decide = (commit: string, verdict: string) =>
        fetch(`${around.url}/api/v1/decisions`, {
          method: "POST",
          headers: { authorization: `Bearer ${token.stdout().trim()}`, "content-type": "application/json" },
          body: JSON.stringify({ commit, verdict }),
        });
      expect((await decide("a", "approve")).status).toBe(200);
      worker = startCountersign(["worker"], environment);
      await until(
        "the answer that nobody could send is sent",
        async () => (await around.status(executions[0] ?? "")) === "SUCCEEDED",
      );
      const killedAgainAt = Date.now();
      await worker.kill("SIGKILL");
      worker = startCountersign(["worker"], environment);
      await until("more than HeartbeatSeconds are over", () => Date.now() - killedAgainAt > 13_000);
      expect(await around.status(executions[1] ?? "")).toBe("RUNNING");
      expect((await decide("b", "approve")).status).toBe(200);
      expect((await decide("c", "reject")).status).toBe(200);
      await until(
        "both ended",
        async () =>
          (await around.status(executions[1] ?? "")) === "SUCCEEDED" &&
          (await around.status(executions[2] ?? "")) === "FAILED",
      );
      for (const executionArn of executions) {
        const { events = [] } = await around.sfn.send(new GetExecutionHistoryCommand({ executionArn }));
        expect(
          events.filter(({ type }) => type === "ActivitySucceeded" || type === "ActivityFailed"),
        ).toHaveLength(1);
      }
      around.endpoint.releasePolls();
      expect(await worker.kill("SIGTERM")).toEqual({ code: 0, signal: null });
      expect(await api.kill("SIGTERM")).toEqual({ code: 0, signal: null });
    } finally {
      await worker.kill("SIGKILL");
      await api.kill("SIGKILL");
    }
  }, 60_000);

  it("SIGTERM waits for the polls under way and stores what they still bring", async () => {
    await using around = await surroundings();
    const worker = startCountersign(["worker"], around.environment);
    try {
      await worker.says('"msg":"ready"');
      const arn = "arn:aws:states:us-east-1:123456789012:activity:po-approval";
      await until("all pollers poll", () => around.endpoint.openPolls(arn) === 3);
      worker.child.kill("SIGTERM");
      await worker.says("stopping");
      await around.start("late");
      await until(
        "the late task is stored",
        async () =>
          (await around.database.query("select 1 from approval where commit = 'late'")).length === 1,
      );
      around.endpoint.releasePolls();
      expect(await worker.ended()).toBe(0);
    } finally {
      await worker.kill("SIGKILL");
    }
  });

  it("an environment that is not right ends at once with every fault in one message", async () => {
    const api = startCountersign(["api"], {
      PORT: "many",
      DATABASE_URL: "mysql://x",
      COUNTERSIGN_SECRET: "short",
    });
    expect(await api.ended()).toBe(1);
    expect(api.output()).toContain("PORT");
    expect(api.output()).toContain("DATABASE_URL");
    expect(api.output()).toContain("COUNTERSIGN_SECRET");
    expect(api.output()).not.toContain("    at ");
  });
});
