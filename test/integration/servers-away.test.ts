import { randomUUID } from "node:crypto";
import { DescribeExecutionCommand, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { describe, expect, inject, it } from "vitest";
import { shortPlan } from "../chaos/plan.ts";
import { openSurroundings, type Surroundings } from "../chaos/surroundings.ts";
import { present } from "../local/step-functions/harness.ts";
import { findProgram } from "../support/find-program.ts";
import { until } from "../support/until.ts";

/** One worker, the API and servers of their own, which may die. */
async function open() {
  const around = await openSurroundings({ ...shortPlan(1), workers: 1 }, findProgram("redis-server"));
  const [bot] = await around.bots(["release bot"]);
  const headers = { authorization: `Bearer ${bot?.token ?? ""}`, "content-type": "application/json" };
  return {
    around,
    start: async (commit: string) => {
      const { sfn, stateMachineArn } = around;
      const started = await sfn.send(
        new StartExecutionCommand({ stateMachineArn, input: JSON.stringify({ commit }) }),
      );
      return present(started.executionArn);
    },
    /** The status of the reply; 0: there is none. */
    decide: async (commit: string, key: string = randomUUID()) =>
      fetch(`${around.apiUrl}/api/v1/decisions`, {
        method: "POST",
        headers: { ...headers, "idempotency-key": key },
        body: JSON.stringify({ commit, verdict: "approve" }),
      }).then(
        ({ status }) => status,
        () => 0,
      ),
    signIn: async () => {
      const response = await fetch(`${around.apiUrl}/api/auth/sign-in/email`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: around.apiUrl },
        body: JSON.stringify({ email: "ada@example.com", password: "a password that is none" }),
      });
      return { status: response.status, body: (await response.json()) as object };
    },
    readiness: async () => {
      const response = await fetch(`${around.apiUrl}/readyz`);
      return { code: response.status, ...((await response.json()) as { status: string; parts: object }) };
    },
    [Symbol.asyncDispose]: () => around[Symbol.asyncDispose](),
  };
}

const isOver = async ({ sfn }: Surroundings, executionArn: string) =>
  (await sfn.send(new DescribeExecutionCommand({ executionArn }))).status === "SUCCEEDED";

/** A worker and an API that have died would make anything else true. */
function expectNobodyDied({ all }: Surroundings) {
  for (const { process } of all)
    expect([process.child.exitCode, process.child.signalCode]).toEqual([null, null]);
}

describe("real processes whose servers die and come back", () => {
  it.skipIf(inject("redisUrl") === null)(
    "Redis: tasks are taken, decisions recorded and answers delivered without it; ready again when it is back",
    async () => {
      await using product = await open();
      const { around } = product;
      const redis = present(around.redis ?? undefined);
      await redis.stop();
      await until("it is degraded", async () => (await product.readiness()).status === "degraded");
      expect(await product.readiness()).toMatchObject({
        code: 200,
        parts: { database: { ready: true }, queue: { ready: false, needed: false } },
      });
      const withoutRedis = await product.start("without-redis");
      await until("it can be decided", async () => (await product.decide("without-redis")) === 200);
      await until("the answer arrives", () => isOver(around, withoutRedis));

      await redis.start();
      await until("it is ready", async () => (await product.readiness()).status === "ready");
      const withRedis = await product.start("with-redis");
      await until("it can be decided", async () => (await product.decide("with-redis")) === 200);
      await until("the answer arrives", () => isOver(around, withRedis));
      expectNobodyDied(around);
    },
    60_000,
  );

  it("Postgres: 503 and nothing changed while it is away; the same request with its key counts once when it is back", async () => {
    await using product = await open();
    const { around } = product;
    const before = await product.start("before");
    expect((await product.signIn()).status).toBe(401);
    const pending = () => fetch(`${around.apiUrl}/metrics`).then((response) => response.text());
    await until("it is stored", async () => /^countersign_approvals_pending 1$/m.test(await pending()));

    await around.postgres.stop(true);
    const key = randomUUID();
    expect(await product.decide("before", key)).toBe(503);
    expect(await product.signIn()).toMatchObject({ status: 503, body: { code: "unavailable" } });
    expect(await product.readiness()).toMatchObject({
      code: 503,
      status: "not_ready",
      parts: { database: { ready: false } },
    });
    // What cannot be asked is left out; the scrape itself works.
    expect(await pending()).not.toMatch(/^countersign_approvals_pending/m);
    const meanwhile = await product.start("meanwhile");

    await around.postgres.start();
    await until("the decision is taken", async () => (await product.decide("before", key)) === 200);
    expect(await product.decide("before", key)).toBe(200);
    await until("the answer arrives", () => isOver(around, before));
    // The task that came meanwhile was held by its poller, or waited in Step Functions.
    await until("it can be decided", async () => (await product.decide("meanwhile")) === 200);
    await until("the answer arrives", () => isOver(around, meanwhile));
    expectNobodyDied(around);
  });
});
