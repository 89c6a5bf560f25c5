import { ListExecutionsCommand } from "@aws-sdk/client-sfn";
import supertest from "supertest";
import { describe, expect, it } from "vitest";
import type { ApprovalDetail } from "../../../src/contract/approval.ts";
import { sendGithub } from "../../support/github-webhook.ts";
import { startProduct, type Product } from "../../support/product.ts";

const commit = "0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c";
const payload = {
  ref: "refs/heads/main",
  after: commit,
  repository: { full_name: "acme/shop", html_url: "https://github.com/acme/shop" },
  pusher: { name: "mona" },
  head_commit: { id: commit, message: "Fix", url: "https://example.com/c", author: { name: "Mona" } },
  commits: [],
};

async function executions(product: Product): Promise<number> {
  const { stateMachineArn } = product;
  return (await product.sfn.send(new ListExecutionsCommand({ stateMachineArn }))).executions?.length ?? 0;
}

function decide(product: Product, token: string, id: string, body: object, key?: string) {
  const request = supertest(product.app)
    .post(`/api/v1/approvals/${id}/decision`)
    .auth(token, { type: "bearer" });
  return (key === undefined ? request : request.set("idempotency-key", key)).send(body);
}

/** Two approvals that differ by their commit. */
async function twoApprovals(product: Product): Promise<[string, string]> {
  const one = await product.approvalOf(await product.startExecution({ approval: { commit: "one" } }));
  const two = await product.approvalOf(await product.startExecution({ approval: { commit: "two" } }));
  return [one, two];
}

describe("a webhook that was overheard and is sent again", () => {
  it("starts nothing a second time, though GitHub signs no delivery id and the attacker makes up new ones", async () => {
    await using product = await startProduct({ workers: false });
    expect((await sendGithub(product.app, payload, { deliveryId: "first" })).status).toBe(202);
    for (const deliveryId of ["first", "second", "third"])
      expect((await sendGithub(product.app, payload, { deliveryId })).status).toBe(202);
    expect(await executions(product)).toBe(1);
  });

  it("does not pass with another body, another event's name or a signature of another body", async () => {
    await using product = await startProduct({ workers: false });
    await sendGithub(product.app, payload, { deliveryId: "first" });
    const other = { ...payload, after: "f".repeat(40) };
    expect((await sendGithub(product.app, other, { deliveryId: "first" })).status).toBe(422);
    const signature = `sha256=${"0".repeat(64)}`;
    expect((await sendGithub(product.app, other, { signature })).status).toBe(401);
    expect(await executions(product)).toBe(1);
  });
});

describe("an idempotency key", () => {
  it("that is used again with another verdict, comment or approval decides nothing and tells nothing", async () => {
    await using product = await startProduct();
    const [one, two] = await twoApprovals(product);
    const token = await product.bot();
    expect((await decide(product, token, one, { verdict: "reject" }, "k")).status).toBe(200);
    for (const [id, body] of [
      [one, { verdict: "approve" }],
      [one, { verdict: "reject", comment: "other" }],
      [two, { verdict: "reject" }],
    ] as const) {
      const reply = await decide(product, token, id, body, "k");
      expect(reply.body).toMatchObject({ code: "invalid", errors: [{ field: "Idempotency-Key" }] });
    }
    expect((await product.deps.approvals.find(two))?.status).toBe("pending");
  });

  it("of another bot gives nobody its result", async () => {
    await using product = await startProduct();
    const [one] = await twoApprovals(product);
    await decide(product, await product.bot(), one, { verdict: "approve", comment: "mine" }, "k");
    const reply = await decide(
      product,
      await product.bot(),
      one,
      { verdict: "approve", comment: "mine" },
      "k",
    );
    expect(reply.body).toMatchObject({ code: "already_decided" });
  });
});

describe("what belongs to one approval, used on another", () => {
  it("the digest of what was shown: stale", async () => {
    await using product = await startProduct();
    const [one, two] = await twoApprovals(product);
    const token = await product.bot();
    const seen = await supertest(product.app).get(`/api/v1/approvals/${one}`).auth(token, { type: "bearer" });
    const { shown } = seen.body as ApprovalDetail;
    expect((await decide(product, token, two, { verdict: "approve", shown })).body).toMatchObject({
      code: "stale",
    });
  });

  it("the task token, moved to its row in the database: it opens for nobody, and the execution goes on waiting", async () => {
    await using product = await startProduct();
    const [one, two] = await twoApprovals(product);
    product.endpoint.releasePolls();
    await product.stopWorkers();
    const executionOf = async (id: string) =>
      (await product.deps.approvals.find(id))?.subject.executionArn ?? "";
    const [ofOne, ofTwo] = [await executionOf(one), await executionOf(two)];
    await product.database.query(
      "update task_token set ciphertext = (select ciphertext from task_token where approval_id = $1) where approval_id = $2",
      [one, two],
    );
    await decide(product, await product.bot(), two, { verdict: "approve" });
    await expect(product.deps.stepFunctions.answer(two, { kind: "success", output: "{}" })).rejects.toThrow();
    expect((await product.describe(ofOne)).status).toBe("RUNNING");
    expect((await product.describe(ofTwo)).status).toBe("RUNNING");
  });
});
