import { randomUUID } from "node:crypto";
import supertest from "supertest";
import { describe, expect, it } from "vitest";
import { decide as decideDirectly } from "../../src/application/decide.ts";
import { noLimits } from "../../src/domain/actor.ts";
import { startProduct, type Product } from "../support/product.ts";
import { until } from "../support/until.ts";

function decide(product: Product, token: string, id: string, body: object, key?: string) {
  const request = supertest(product.app)
    .post(`/api/v1/approvals/${id}/decision`)
    .auth(token, { type: "bearer" });
  return (key === undefined ? request : request.set("idempotency-key", key)).send(body);
}

function decideByKey(product: Product, token: string, body: object) {
  return supertest(product.app).post("/api/v1/decisions").auth(token, { type: "bearer" }).send(body);
}

async function oneApproval(product: Product, input: object = { commit: "abc" }) {
  const executionArn = await product.startExecution(input);
  return { executionArn, id: await product.approvalOf(executionArn) };
}

describe("when two decide at once", () => {
  it("one decision is recorded, and the other is told who was first", async () => {
    await using product = await startProduct();
    const { id, executionArn } = await oneApproval(product);
    const [one, two] = [await product.bot(), await product.bot()];
    const replies = await Promise.all([
      decide(product, one, id, { verdict: "approve" }),
      decide(product, two, id, { verdict: "reject", comment: "no" }),
    ]);
    expect(replies.map((reply) => reply.status).sort()).toEqual([200, 409]);
    const winner = replies.find((reply) => reply.status === 200)?.body as {
      decision: { id: string; verdict: string };
    };
    expect(replies.find((reply) => reply.status === 409)?.body).toMatchObject({
      code: "already_decided",
      decision: { id: winner.decision.id, verdict: winner.decision.verdict },
    });
    expect(await product.database.query("select id from decision")).toEqual([{ id: winner.decision.id }]);
    const execution = await until("the execution ends", async () =>
      (await product.describe(executionArn)).status === "RUNNING" ? null : product.describe(executionArn),
    );
    expect(execution.status).toBe(winner.decision.verdict === "approve" ? "SUCCEEDED" : "FAILED");
  });

  it("twenty at once still make one decision, one answer and one audit event of it", async () => {
    await using product = await startProduct();
    const { id } = await oneApproval(product);
    const token = await product.bot();
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        decide(product, token, id, { verdict: index % 2 === 0 ? "approve" : "reject" }),
      ),
    );
    expect(replies.filter((reply) => reply.status === 200)).toHaveLength(1);
    expect(replies.filter((reply) => reply.status === 409)).toHaveLength(19);
    const counts =
      "select (select count(*)::int from decision) as decisions, (select count(*)::int from answer) as answers, (select count(*)::int from audit_event where type = 'approval.decided') as events";
    expect(await product.database.query(counts)).toEqual([{ decisions: 1, answers: 1, events: 1 }]);
  });

  it("the database itself refuses a second decision", async () => {
    await using product = await startProduct();
    const { id } = await oneApproval(product);
    await decide(product, await product.bot(), id, { verdict: "approve" });
    const again =
      "insert into decision (id, approval_id, verdict, decided_at, decided_by) values (gen_random_uuid(), $1, 'reject', now(), '[]')";
    await expect(product.database.query(again, [id])).rejects.toThrow(/decision_approval_id_key/);
  });
});

describe("deciding by key", () => {
  it("no approval of that commit: 404", async () => {
    await using product = await startProduct();
    const reply = await decideByKey(product, await product.bot(), {
      commit: "f".repeat(40),
      verdict: "approve",
    });
    expect(reply.body).toMatchObject({ status: 404, code: "not_found" });
  });

  it("two pending approvals of one commit: 409 ambiguous with both, until the repository tells them apart", async () => {
    await using product = await startProduct();
    const commit = "a".repeat(40);
    const first = await oneApproval(product, { commit, repository: "acme/shop" });
    const second = await oneApproval(product, { commit, repository: "acme/blog" });
    const token = await product.bot();
    const reply = await decideByKey(product, token, { commit, verdict: "approve" });
    expect(reply.body).toMatchObject({ status: 409, code: "ambiguous" });
    expect((reply.body as { candidates: { id: string }[] }).candidates.map(({ id }) => id).sort()).toEqual(
      [first.id, second.id].sort(),
    );
    const narrowed = await decideByKey(product, token, {
      commit: commit.toUpperCase(),
      repository: "acme/blog",
      verdict: "approve",
    });
    expect(narrowed.body).toMatchObject({ id: second.id, status: "approved" });
  });

  it("by execution and state, and by approval id", async () => {
    await using product = await startProduct();
    const token = await product.bot();
    const first = await oneApproval(product);
    expect(
      (
        await decideByKey(product, token, {
          executionArn: first.executionArn,
          state: "Nowhere",
          verdict: "approve",
        })
      ).status,
    ).toBe(404);
    expect(
      (
        await decideByKey(product, token, {
          executionArn: first.executionArn,
          state: "Approve",
          verdict: "approve",
        })
      ).body,
    ).toMatchObject({ id: first.id });
    const second = await oneApproval(product);
    expect(
      (await decideByKey(product, token, { approvalId: second.id, verdict: "reject" })).body,
    ).toMatchObject({ id: second.id, status: "rejected" });
  });

  it("a commit whose approval was decided: 409 already_decided, and not 404", async () => {
    await using product = await startProduct();
    const { id } = await oneApproval(product, { commit: "abcdef" });
    const token = await product.bot();
    await decide(product, token, id, { verdict: "approve" });
    expect((await decideByKey(product, token, { commit: "abcdef", verdict: "approve" })).body).toMatchObject({
      code: "already_decided",
    });
  });
});

describe("an Idempotency-Key", () => {
  it("makes a repeated decision give the same result once", async () => {
    await using product = await startProduct();
    const { id } = await oneApproval(product);
    const token = await product.bot();
    const first = await decide(product, token, id, { verdict: "approve" }, "key-1");
    const second = await decide(product, token, id, { verdict: "approve" }, "key-1");
    expect([first.status, second.status]).toEqual([200, 200]);
    expect((second.body as { decision: unknown }).decision).toEqual(
      (first.body as { decision: unknown }).decision,
    );
  });

  it("two equal requests at the same moment both succeed with the one decision", async () => {
    await using product = await startProduct();
    const { id } = await oneApproval(product);
    const token = await product.bot();
    const replies = await Promise.all(
      Array.from({ length: 5 }, () => decide(product, token, id, { verdict: "approve" }, "key-1")),
    );
    expect(replies.map((reply) => reply.status)).toEqual([200, 200, 200, 200, 200]);
    expect(
      new Set(replies.map((reply) => (reply.body as { decision: { id: string } }).decision.id)).size,
    ).toBe(1);
  });

  it("an equal request that is recorded between two looks of ours is no conflict", async () => {
    await using product = await startProduct();
    const { deps } = product;
    const { id } = await oneApproval(product);
    const caller = {
      kind: "bot",
      id: randomUUID(),
      name: "bot",
      scopes: ["decide"],
      limits: noLimits,
    } as const;
    const idempotency = { actor: "bot", key: "key-1", digest: Buffer.from("the body's digest") };
    const request = {
      approvalId: id,
      caller,
      verdict: "approve",
      comment: null,
      output: null,
      idempotency,
    } as const;
    const overtaken = {
      ...deps.approvals,
      async findIdempotent(actor: string, key: string) {
        const known = await deps.approvals.findIdempotent(actor, key);
        if (known === null) await decideDirectly(deps, request);
        return known;
      },
    };
    expect(await decideDirectly({ ...deps, approvals: overtaken }, request)).toMatchObject({
      kind: "done",
      approval: { status: "approved" },
    });
  });

  it("used again with another body is refused", async () => {
    await using product = await startProduct();
    const { id } = await oneApproval(product);
    const token = await product.bot();
    await decide(product, token, id, { verdict: "approve" }, "key-1");
    expect((await decide(product, token, id, { verdict: "reject" }, "key-1")).body).toMatchObject({
      code: "invalid",
      errors: [{ field: "Idempotency-Key" }],
    });
  });

  it("of another caller is another key", async () => {
    await using product = await startProduct();
    const { id } = await oneApproval(product);
    await decide(product, await product.bot(), id, { verdict: "approve" }, "key-1");
    expect(
      (await decide(product, await product.bot(), id, { verdict: "approve" }, "key-1")).body,
    ).toMatchObject({ code: "already_decided" });
  });
});
