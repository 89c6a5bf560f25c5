import { GetExecutionHistoryCommand } from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { startCountersign, type CountersignProcess } from "../support/countersign-process.ts";
import { processSurroundings } from "../support/process-surroundings.ts";
import { until } from "../support/until.ts";

describe("real processes", () => {
  it("kill -9 of the worker loses nothing: the approvals are there, their heartbeat goes on, each answer arrives once", async () => {
    await using around = await processSurroundings();
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
      await until("more than HeartbeatSeconds are over", () => Date.now() - killedAgainAt > 31_000);
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
