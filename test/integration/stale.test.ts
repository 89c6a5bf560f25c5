import supertest from "supertest";
import { describe, expect, it } from "vitest";
import { identifyTask } from "../../src/application/identify-task.ts";
import { receiveTask } from "../../src/application/receive-task.ts";
import type { ApprovalDetail } from "../../src/contract/approval.ts";
import type { Problem } from "../../src/contract/problem.ts";
import { startProduct, type Product } from "../support/product.ts";

const workerName = "countersign-test";

/** A task whose execution history has not told yet. */
async function unidentified(product: Product, input: unknown = {}): Promise<string> {
  await product.startExecution(input);
  const taken = await product.deps.taskSource.take(product.activityArn, workerName);
  if (taken === null) throw new Error("no task came");
  const { activityArn } = product;
  return receiveTask(product.deps, { ...taken, activityArn, workerName, takenAt: product.deps.clock.now() });
}

async function look(product: Product, id: string, token: string): Promise<ApprovalDetail> {
  const reply = await supertest(product.app).get(`/api/v1/approvals/${id}`).auth(token, { type: "bearer" });
  return reply.body as ApprovalDetail;
}

async function decide(product: Product, id: string, token: string, body: object, key = crypto.randomUUID()) {
  const reply = await supertest(product.app)
    .post(`/api/v1/approvals/${id}/decision`)
    .auth(token, { type: "bearer" })
    .set("idempotency-key", key)
    .send({ verdict: "approve", ...body });
  return {
    status: reply.status,
    body: reply.body as Partial<Pick<Problem, "code" | "changed">> & { status: unknown },
  };
}

describe("a decision that carries the digest of what was shown", () => {
  it("counts while nothing has changed", async () => {
    await using product = await startProduct();
    const id = await product.approvalOf(await product.startExecution({ commit: "abc" }));
    const token = await product.bot();
    const { shown } = await look(product, id, token);
    expect(await decide(product, id, token, { shown })).toMatchObject({
      status: 200,
      body: { status: "approved" },
    });
  });

  it("is refused as stale once the execution turns out to be another one, and leaves no trace", async () => {
    await using product = await startProduct({ workers: false });
    const id = await unidentified(product);
    const token = await product.bot();
    const before = await look(product, id, token);
    await identifyTask(product.deps, id);
    const key = crypto.randomUUID();
    const refused = await decide(product, id, token, { shown: before.shown }, key);
    expect(refused).toMatchObject({ status: 409, body: { code: "stale" } });
    const now = await look(product, id, token);
    expect(refused.body.changed).toEqual([
      { field: "execution", now: `${now.executionName}, state Approve` },
    ]);
    expect(now).toMatchObject({ status: "pending", votes: [] });
    expect(await product.database.query("select type from audit_event where type like '%voted'")).toEqual([]);
    // A refusal does not use up the key.
    expect(await decide(product, id, token, { shown: before.shown }, key)).toMatchObject({ status: 409 });
    expect((await decide(product, id, token, { shown: now.shown })).status).toBe(200);
  });

  it("is judged with the vote: a change between the look and the write is seen", async () => {
    let beforeVote: (() => Promise<void>) | null = null;
    // Rules that exclude people would wait for what changes here.
    const nobody = { requester: false, author: false, committer: false, coAuthors: false, pusher: false };
    await using product = await startProduct({
      workers: false,
      policies: [{ name: "open", exclude: nobody }],
      around: (deps) => ({
        ...deps,
        approvals: {
          ...deps.approvals,
          async recordVote(record) {
            const meanwhile = beforeVote;
            beforeVote = null;
            await meanwhile?.();
            return deps.approvals.recordVote(record);
          },
        },
      }),
    });
    const id = await unidentified(product);
    const token = await product.bot();
    const { shown } = await look(product, id, token);
    beforeVote = () => identifyTask(product.deps, id);
    expect(await decide(product, id, token, { shown })).toMatchObject({
      status: 409,
      body: { code: "stale", changed: [{ field: "execution" }] },
    });
  });

  it("of the same execution that the input named and history then proved, is not stale", async () => {
    await using product = await startProduct({ workers: false });
    const name = "release-42";
    const arn = product.stateMachineArn.replace(":stateMachine:", ":execution:") + `:${name}`;
    await product.startExecution({ _execution: { arn, state: "Approve" } }, name);
    const taken = await product.deps.taskSource.take(product.activityArn, workerName);
    const { activityArn } = product;
    const takenAt = product.deps.clock.now();
    const id = await receiveTask(product.deps, {
      ...taken!,
      input: JSON.stringify({ _execution: { arn, state: "Approve" } }),
      activityArn,
      workerName,
      takenAt,
    });
    const token = await product.bot();
    const { shown, executionIsProven } = await look(product, id, token);
    expect(executionIsProven).toBe(false);
    await identifyTask(product.deps, id);
    expect((await look(product, id, token)).executionIsProven).toBe(true);
    expect((await decide(product, id, token, { shown })).status).toBe(200);
  });

  it("is not made stale by heartbeats", async () => {
    await using product = await startProduct({ state: { HeartbeatSeconds: 30 } });
    const id = await product.approvalOf(await product.startExecution());
    const token = await product.bot();
    const before = await look(product, id, token);
    await product.pass(20_000);
    const after = await look(product, id, token);
    expect(after.lastBeatAt).not.toBe(before.lastBeatAt);
    expect((await decide(product, id, token, { shown: before.shown })).status).toBe(200);
  });

  it("names each part that differs, and one that the digest does not know", async () => {
    await using product = await startProduct();
    const id = await product.approvalOf(
      await product.startExecution({ title: "Raise the limit", repository: "acme/shop", commit: "abc" }),
    );
    const token = await product.bot();
    const { shown } = await look(product, id, token);
    const other = shown.replace(/request:\w+/, "request:00").replace(/,commit:\w+/, "");
    expect((await decide(product, id, token, { shown: other })).body.changed).toEqual([
      { field: "request", now: "“Raise the limit”" },
      { field: "commit", now: "acme/shop abc" },
    ]);
  });

  it("must look like one; without it nothing is compared", async () => {
    await using product = await startProduct();
    const id = await product.approvalOf(await product.startExecution());
    const token = await product.bot();
    expect((await decide(product, id, token, { shown: "whatever" })).body).toMatchObject({
      code: "invalid",
      errors: [{ field: "shown" }],
    });
    expect((await decide(product, id, token, {})).status).toBe(200);
  });

  it("that was decided meanwhile tells the decision, not that the view is stale", async () => {
    await using product = await startProduct();
    const id = await product.approvalOf(await product.startExecution());
    const token = await product.bot();
    await decide(product, id, token, {});
    expect((await decide(product, id, token, { shown: "input:00" })).body).toMatchObject({
      code: "already_decided",
    });
  });
});
