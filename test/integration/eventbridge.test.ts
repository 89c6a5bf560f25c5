import supertest from "supertest";
import { describe, expect, it } from "vitest";
import { eventBridgeSecret, startProduct, type Product } from "../support/product.ts";

/** An event as AWS documents it (Step Functions guide, EventBridge events). */
function statusChange(executionArn: string, status: string) {
  return {
    version: "0",
    id: "315c1398-40ff-a850-213b-158f73e60175",
    "detail-type": "Step Functions Execution Status Change",
    source: "aws.states",
    account: "123456789012",
    time: "2026-06-01T12:00:00Z",
    region: "us-east-1",
    resources: [executionArn],
    detail: {
      executionArn,
      stateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:deploy",
      name: "execution-name",
      status,
      startDate: 1551225271984,
      stopDate: status === "RUNNING" ? null : 1551225272984,
      input: "{}",
      output: null,
    },
  };
}

function send(product: Product, event: unknown, secret: string | null = eventBridgeSecret) {
  const request = supertest(product.app).post("/webhooks/eventbridge");
  return (secret === null ? request : request.set("x-countersign-secret", secret)).send(event as object);
}

describe("events of EventBridge", () => {
  it("make a stopped execution's approval lapse at once, with what Step Functions itself says", async () => {
    await using product = await startProduct();
    const executionArn = await product.startExecution();
    const id = await product.approvalOf(executionArn);
    await product.stopExecution(executionArn);
    const reply = await send(product, statusChange(executionArn, "ABORTED"));
    expect([reply.status, reply.body]).toEqual([202, { outcome: "accepted", approvals: 1 }]);
    await product.pass(3_000);
    expect(await product.deps.approvals.find(id)).toMatchObject({
      status: "lapsed",
      reason: "execution_stopped",
    });
  });

  it("are hints and never the truth: an execution that runs keeps its approval", async () => {
    await using product = await startProduct();
    const executionArn = await product.startExecution();
    const id = await product.approvalOf(executionArn);
    expect((await send(product, statusChange(executionArn, "FAILED"))).status).toBe(202);
    await product.pass(5_000);
    expect((await product.deps.approvals.find(id))?.status).toBe("pending");
    expect(await product.deps.reconcile.doubted(10)).toEqual([]);
  });

  it("may come twice, for executions that nobody knows, of a start, or of another kind", async () => {
    await using product = await startProduct({ workers: false });
    const unknown = "arn:aws:states:us-east-1:123456789012:execution:deploy:unknown";
    const replies = [
      await send(product, statusChange(unknown, "SUCCEEDED")),
      await send(product, statusChange(unknown, "SUCCEEDED")),
      await send(product, statusChange(unknown, "RUNNING")),
      await send(product, {
        source: "aws.ec2",
        "detail-type": "EC2 Instance State-change Notification",
        detail: {},
      }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
    expect(replies.at(-1)?.body).toMatchObject({ outcome: "ignored" });
  });

  it("need one of the secrets, before a byte of the body is read", async () => {
    await using product = await startProduct({ workers: false });
    const event = statusChange("arn:aws:states:us-east-1:123456789012:execution:deploy:x", "FAILED");
    expect((await send(product, event, "the-eventbridge-secret-before-it")).status).toBe(202);
    expect((await send(product, event, "another secret of whoever")).body).toMatchObject({
      status: 401,
      code: "unauthenticated",
    });
    expect((await send(product, event, null)).status).toBe(401);
    const junk = supertest(product.app).post("/webhooks/eventbridge").set("content-type", "application/json");
    expect((await junk.send("{")).status).toBe(401);
  });

  it("that are no events are 422, and those above a megabyte 413", async () => {
    await using product = await startProduct({ workers: false });
    expect((await send(product, { hello: "world" })).body).toMatchObject({ status: 422, code: "invalid" });
    const change = statusChange("x", "FAILED");
    expect((await send(product, { ...change, detail: { status: 7 } })).status).toBe(422);
    expect((await send(product, { ...change, padding: "x".repeat(1_100_000) })).status).toBe(413);
  });
});
