import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import supertest from "supertest";
import { describe, expect, inject, it } from "vitest";
import { sendGithub } from "../support/github-webhook.ts";
import { startProduct, type Product } from "../support/product.ts";
import { until } from "../support/until.ts";

const examples = JSON.parse(
  readFileSync(
    createRequire(import.meta.url).resolve("@octokit/webhooks-examples/api.github.com/index.json"),
    "utf8",
  ),
) as {
  name: string;
  examples: Record<string, unknown>[];
}[];

/** GitHub's own example of a push, made one to a branch. */
function examplePush(commit: string) {
  const [example] = examples.find(({ name }) => name === "push")?.examples ?? [];
  return {
    ...example,
    ref: "refs/heads/main",
    after: commit,
    deleted: false,
    head_commit: {
      id: commit,
      message: "Code build complete!\n\nDetails",
      url: `https://github.com/Codertocat/Hello-World/commit/${commit}`,
      author: { name: "Codertocat", username: "Codertocat" },
    },
  };
}

const commit = "6113728f27ae82c7b1a177c8d03f9e96e0adf246";
const queues = ["postgres", ...(inject("redisUrl") === null ? [] : (["redis"] as const))] as const;

async function pushAndFindApproval(product: Product) {
  const pushed = await sendGithub(product.app, examplePush(commit));
  expect(pushed.status).toBe(202);
  const executionArn =
    (pushed.body as { executions: { executionArn: string }[] }).executions[0]?.executionArn ?? "";
  return { executionArn, id: await product.approvalOf(executionArn) };
}

describe.each(queues)("one approval from push to end, with the queue on %s", (queue) => {
  it("a push starts an execution, its token is stored with its commit, an approval with output makes it succeed", async () => {
    await using product = await startProduct({ queue });
    const { executionArn, id } = await pushAndFindApproval(product);
    const token = await product.bot("read", "decide");
    const shown = await supertest(product.app).get(`/api/v1/approvals/${id}`).auth(token, { type: "bearer" });
    expect(shown.body).toMatchObject({
      status: "pending",
      commit,
      repository: "Codertocat/Hello-World",
      ref: "refs/heads/main",
      title: "Code build complete!",
      executionArn,
      state: "Approve",
      may: { approve: true, reject: true },
    });
    const [stored] = await product.database.query(
      "select length(hash) as hash, ciphertext is not null as kept from task_token where approval_id = $1",
      [id],
    );
    expect(stored).toEqual({ hash: 32, kept: true });

    const decided = await supertest(product.app)
      .post(`/api/v1/approvals/${id}/decision`)
      .auth(token, { type: "bearer" })
      .send({ verdict: "approve", comment: "ship it", output: { stage: "production" } });
    expect(decided.status).toBe(200);
    expect(decided.body).toMatchObject({
      status: "approved",
      decision: { verdict: "approve", comment: "ship it" },
    });

    const ended = await until("the execution ends", async () => {
      const execution = await product.describe(executionArn);
      return execution.status === "RUNNING" ? null : execution;
    });
    expect(ended.status).toBe("SUCCEEDED");
    const output = JSON.parse(ended.output ?? "") as object;
    expect(output).toMatchObject({
      decision: "approved",
      approvalId: id,
      comment: "ship it",
      output: { stage: "production" },
      decidedBy: [{ kind: "bot", name: "release bot" }],
    });
    await until(
      "the delivery is accepted",
      async () =>
        (await product.deps.approvals.find(id))?.status === "approved" &&
        (await deliveryOf(product, id)) === "accepted",
    );
    expect(
      await product.database.query("select ciphertext from task_token where approval_id = $1", [id]),
    ).toEqual([{ ciphertext: null }]);
  });

  it("a rejection fails the execution with exactly RejectedByUser and the comment as its cause", async () => {
    await using product = await startProduct({ queue });
    const { executionArn, id } = await pushAndFindApproval(product);
    const comment = "The code is buggy and it will unstablize the production";
    const token = await product.bot("decide");
    await supertest(product.app)
      .post(`/api/v1/decisions`)
      .auth(token, { type: "bearer" })
      .send({ commit, repository: "Codertocat/Hello-World", verdict: "reject", comment })
      .expect(200);
    const ended = await until("the execution ends", async () => {
      const execution = await product.describe(executionArn);
      return execution.status === "RUNNING" ? null : execution;
    });
    expect(ended).toEqual({ status: "FAILED", error: "RejectedByUser", cause: comment });
    expect((await product.deps.approvals.find(id))?.status).toBe("rejected");
  });
});

async function deliveryOf(product: Product, id: string): Promise<string | null> {
  const approval = await product.deps.approvals.find(id);
  return approval !== null && "delivery" in approval ? approval.delivery.state : null;
}
