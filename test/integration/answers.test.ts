import supertest from "supertest";
import { describe, expect, it } from "vitest";
import { startProduct, type Product } from "../support/product.ts";

function decide(product: Product, token: string, id: string, body: object, key?: string) {
  const request = supertest(product.app)
    .post(`/api/v1/approvals/${id}/decision`)
    .auth(token, { type: "bearer" });
  return (key === undefined ? request : request.set("idempotency-key", key)).send(body);
}

async function oneApproval(product: Product, input: object = { commit: "abc" }) {
  const executionArn = await product.startExecution(input);
  return { executionArn, id: await product.approvalOf(executionArn) };
}

describe("answering", () => {
  const lostReply = { kind: "dropReply" } as const;

  it("a lost reply to SendTaskSuccess is settled by history: accepted once", async () => {
    let losses = 1;
    await using product = await startProduct({
      faults: ({ operation }) =>
        operation === "SendTaskSuccess" && (losses -= 1) >= 0 ? lostReply : undefined,
    });
    const { id, executionArn } = await oneApproval(product);
    await decide(product, await product.bot(), id, { verdict: "approve" });
    await product.pass(5_000);
    expect(await product.deps.approvals.find(id)).toMatchObject({
      status: "approved",
      delivery: { state: "accepted", attempts: 2 },
    });
    const answers = (await product.history(executionArn)).filter(({ type }) => type === "ActivitySucceeded");
    expect(answers).toHaveLength(1);
  });

  it("a lost reply to SendTaskFailure is settled by history too", async () => {
    let losses = 1;
    await using product = await startProduct({
      faults: ({ operation }) =>
        operation === "SendTaskFailure" && (losses -= 1) >= 0 ? lostReply : undefined,
    });
    const { id } = await oneApproval(product);
    await decide(product, await product.bot(), id, { verdict: "reject", comment: "no" });
    await product.pass(5_000);
    expect(await product.deps.approvals.find(id)).toMatchObject({
      status: "rejected",
      delivery: { state: "accepted", attempts: 2 },
    });
  });

  it("a lost reply that history does not settle ends as uncertain, with a reason", async () => {
    let losses = 1;
    let mute = false;
    await using product = await startProduct({
      faults: ({ operation }) => {
        if (operation === "SendTaskSuccess" && (losses -= 1) >= 0) return lostReply;
        return mute && operation === "GetExecutionHistory"
          ? { kind: "error", code: "ExecutionDoesNotExist", status: 400 }
          : undefined;
      },
    });
    const { id } = await oneApproval(product);
    mute = true;
    await decide(product, await product.bot(), id, { verdict: "approve" });
    await product.pass(400_000);
    expect(await product.deps.approvals.find(id)).toMatchObject({
      status: "approved",
      delivery: { state: "uncertain" },
    });
  });

  it("throttling and faults of Step Functions are tried again until the answer is accepted", async () => {
    let failures = 3;
    await using product = await startProduct({
      faults: ({ operation }) =>
        operation === "SendTaskSuccess" && (failures -= 1) >= 0
          ? failures % 2 === 0
            ? { kind: "throttle" }
            : { kind: "error", status: 500 }
          : undefined,
    });
    const { id } = await oneApproval(product);
    await decide(product, await product.bot(), id, { verdict: "approve" });
    await product.pass(15_000);
    expect(await product.deps.approvals.find(id)).toMatchObject({
      delivery: { state: "accepted", attempts: 4 },
    });
  });

  it("an execution that was stopped before the answer makes it too_late, and the decision stays what it is", async () => {
    await using product = await startProduct();
    const { id, executionArn } = await oneApproval(product);
    await product.stopExecution(executionArn);
    await decide(product, await product.bot(), id, { verdict: "approve" });
    await product.pass(1_000);
    expect(await product.deps.approvals.find(id)).toMatchObject({
      status: "approved",
      delivery: { state: "too_late", attempts: 1 },
    });
  });

  it("heartbeats go on while an answer cannot be delivered, and its acceptance never shows as lapsed", async () => {
    let isDown = true;
    await using product = await startProduct({
      state: { HeartbeatSeconds: 6 },
      faults: ({ operation }) =>
        isDown && operation === "SendTaskSuccess" ? { kind: "error", status: 500 } : undefined,
    });
    const { id, executionArn } = await oneApproval(product);
    await decide(product, await product.bot(), id, { verdict: "approve" });
    await product.pass(30_000);
    isDown = false;
    await product.pass(60_000);
    expect(await product.describe(executionArn)).toMatchObject({ status: "SUCCEEDED" });
    expect(await product.deps.approvals.find(id)).toMatchObject({
      status: "approved",
      delivery: { state: "accepted" },
    });
  });

  it("an activity may take a rejection as a success, for a Choice state to route", async () => {
    await using product = await startProduct({ activity: { reject: { as: "success" } } });
    const { id, executionArn } = await oneApproval(product);
    await decide(product, await product.bot(), id, { verdict: "reject", comment: "not today" });
    await product.pass(1_000);
    const { status, output } = await product.describe(executionArn);
    expect(status).toBe("SUCCEEDED");
    expect(JSON.parse(output ?? "")).toMatchObject({ decision: "rejected", comment: "not today" });
  });

  it("an output that Step Functions would refuse is refused before anything is recorded", async () => {
    await using product = await startProduct();
    const { id } = await oneApproval(product);
    const reply = await decide(product, await product.bot(), id, {
      verdict: "approve",
      output: "x".repeat(262_144),
    });
    expect(reply.body).toMatchObject({ code: "invalid", errors: [{ field: "output" }] });
    expect((await product.deps.approvals.find(id))?.status).toBe("pending");
  });
});

describe("the queue rings, Postgres remembers", () => {
  it("a bell that never rings delays beats and answers to the next sweep, and loses none", async () => {
    const around = (deps: Product["deps"]) => ({ ...deps, bell: { ring: async () => undefined } });
    // The sweep's own ring must get through, so only the use cases' bell is deaf.
    await using product = await startProduct({ workers: false, around, state: { HeartbeatSeconds: 30 } });
    const { startFleet } = await import("../../workers/fleet.ts");
    const fleet = startFleet({ ...product.deps, bell: product.composed.queue }, product.composed.queue);
    const { id, executionArn } = await oneApproval(product);
    await decide(product, await product.bot(), id, { verdict: "approve" });
    await product.pass(2_000);
    expect((await product.describe(executionArn)).status).toBe("SUCCEEDED");
    product.endpoint.releasePolls();
    await fleet.close();
  });
});
