import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  GetActivityTaskCommand,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import supertest from "supertest";
import { describe, expect, it } from "vitest";
import type { UnclaimedGates } from "../../src/contract/unclaimed-gate.ts";
import { startProduct, type Product } from "../support/product.ts";

/** An activity that countersign.yaml does not name. */
async function otherActivity(product: Product): Promise<string> {
  const { activityArn = "" } = await product.sfn.send(new CreateActivityCommand({ name: "nobody" }));
  return activityArn;
}

async function startMachine(product: Product, states: object): Promise<string> {
  const { stateMachineArn } = await product.sfn.send(
    new CreateStateMachineCommand({
      name: "two-steps",
      definition: JSON.stringify({ StartAt: Object.keys(states)[0], States: states }),
      roleArn: "arn:aws:iam::123456789012:role/test",
    }),
  );
  return (await product.sfn.send(new StartExecutionCommand({ stateMachineArn }))).executionArn ?? "";
}

async function gatesOf(product: Product): Promise<UnclaimedGates> {
  const reply = await supertest(product.app)
    .get("/api/v1/unclaimed-gates")
    .auth(await product.bot("read"), { type: "bearer" });
  return reply.body as UnclaimedGates;
}

/** An execution that we approve, and that then waits at an activity of nobody. */
async function stuckExecution(product: Product) {
  const activityArn = await otherActivity(product);
  const executionArn = await startMachine(product, {
    Approve: { Type: "Task", Resource: product.activityArn, Next: "Sign" },
    Sign: { Type: "Task", Resource: activityArn, End: true },
  });
  const id = await product.approvalOf(executionArn);
  await supertest(product.app)
    .post(`/api/v1/approvals/${id}/decision`)
    .auth(await product.bot(), { type: "bearer" })
    .send({ verdict: "approve" });
  await product.passUntil(async () => (await gatesOf(product)).total > 0, 120_000);
  return { activityArn, executionArn };
}

describe("tasks that nobody takes", () => {
  it("are found in machines of known approvals, with execution, state and activity", async () => {
    await using product = await startProduct();
    const { activityArn, executionArn } = await stuckExecution(product);
    expect(await gatesOf(product)).toMatchObject({
      total: 1,
      items: [{ executionArn, state: "Sign", activityArn, activityIsConfigured: false }],
    });
  });

  it("are gone once somebody takes them", async () => {
    await using product = await startProduct();
    const { activityArn } = await stuckExecution(product);
    await product.sfn.send(new GetActivityTaskCommand({ activityArn, workerName: "somebody" }));
    await product.passUntil(async () => (await gatesOf(product)).total === 0, 120_000);
    expect((await gatesOf(product)).total).toBe(0);
  });

  it("are gone once their execution ends", async () => {
    await using product = await startProduct();
    const { executionArn } = await stuckExecution(product);
    await product.stopExecution(executionArn);
    await product.passUntil(async () => (await gatesOf(product)).total === 0, 120_000);
    expect((await gatesOf(product)).total).toBe(0);
  });

  it("are found where a trigger's machine waits for pollers of ours that are down", async () => {
    await using product = await startProduct({ workers: false });
    const executionArn = await product.startExecution();
    const fleet = product.startWorkersOn({ ...product.deps, activities: new Map() });
    await product.passUntil(async () => (await gatesOf(product)).total > 0, 120_000);
    expect(await gatesOf(product)).toMatchObject({
      items: [{ executionArn, state: "Approve", activityIsConfigured: true }],
    });
    await fleet.close();
  });

  it("are found beside an approval of the same execution that waits for a person", async () => {
    await using product = await startProduct();
    const activityArn = await otherActivity(product);
    const branch = (name: string, Resource: string) => ({
      StartAt: name,
      States: { [name]: { Type: "Task", Resource, End: true } },
    });
    const executionArn = await startMachine(product, {
      Both: {
        Type: "Parallel",
        Branches: [branch("Approve", product.activityArn), branch("Sign", activityArn)],
        End: true,
      },
    });
    const id = await product.approvalOf(executionArn);
    await product.passUntil(async () => (await gatesOf(product)).total > 0, 300_000, 5_000);
    expect(await gatesOf(product)).toMatchObject({ total: 1, items: [{ state: "Sign", activityArn }] });
    expect(await product.deps.approvals.find(id)).toMatchObject({ status: "pending" });
  });

  it("what waits for a person is none, however long; and a reader needs the scope read", async () => {
    let histories = 0;
    await using product = await startProduct({
      faults: ({ operation }) => void (histories += operation === "GetExecutionHistory" ? 1 : 0),
    });
    await product.approvalOf(await product.startExecution());
    const before = histories;
    await product.pass(60_000);
    expect((await gatesOf(product)).total).toBe(0);
    expect(histories).toBe(before);
    expect((await supertest(product.app).get("/api/v1/unclaimed-gates")).status).toBe(401);
  });
});
