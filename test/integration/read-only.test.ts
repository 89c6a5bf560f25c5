import { inject, expect, it } from "vitest";
import supertest from "supertest";
import { StoreUnavailable } from "../../src/application/ports/unavailable.ts";
import { startProduct, type Product } from "../support/product.ts";
import { until } from "../support/until.ts";

/** As after a failover: every connection is cut, and new ones lead to a server that takes no writes. */
async function setReadOnly({ database }: Product, value: "on" | "off") {
  const [{ name } = { name: "" }] = await database.query<{ name: string }>(
    "select current_database() as name",
  );
  await database.query(
    `begin read write; alter database ${name} set default_transaction_read_only = ${value}; commit`,
  );
  await database.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );
}

it("Postgres read-only after a failover: tokens are kept, the API says 503, readiness is red, and all goes on afterwards", async () => {
  await using product = await startProduct(inject("redisUrl") === null ? {} : { queue: "redis" });
  const id = await product.approvalOf(await product.startExecution());
  const bot = await product.bot();
  const decide = async () =>
    (
      await supertest(product.app)
        .post(`/api/v1/approvals/${id}/decision`)
        .auth(bot, { type: "bearer" })
        .send({ verdict: "approve" })
    ).status;
  await until("somebody polls", () => product.endpoint.openPolls(product.activityArn) > 0);
  await setReadOnly(product, "on");
  const executionArn = await product.startExecution({ commit: "held" });
  await until("the task is taken", async () =>
    (await product.history(executionArn)).some(({ type }) => type === "ActivityStarted"),
  );
  for (let second = 0; second < 60; second += 1) await product.moveClock(1_000);
  expect((await product.describe(executionArn)).status).toBe("RUNNING");
  expect(await decide()).toBe(503);
  await expect(product.deps.approvals.probe()).rejects.toBeInstanceOf(StoreUnavailable);
  expect((await product.composed.readiness.look()).parts["database"]).toMatchObject({ ready: false });
  expect((await product.composed.metrics.text()).text).toContain('countersign_part_ready{part="database"} 0');

  await setReadOnly(product, "off");
  const stored = async () => (await product.deps.approvals.list({ commit: "held" }, null, 1)).length === 1;
  await until("the token has its row", async () => {
    await product.moveClock(1_000);
    return stored();
  });
  await product.deps.approvals.probe();
  expect(await product.database.query("select id from approval")).toHaveLength(2);
  expect(await decide()).toBe(200);
  expect((await product.composed.readiness.look()).parts["database"]).toMatchObject({ ready: true });
  expect((await product.describe(executionArn)).status).toBe("RUNNING");
});
