import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { randomUUID } from "node:crypto";
import { ListExecutionsCommand, type SFNClient } from "@aws-sdk/client-sfn";
import supertest from "supertest";
import { describe, expect, it } from "vitest";
import { sendGithub } from "../support/github-webhook.ts";
import { startProduct, webhookSecret, type Product } from "../support/product.ts";

interface Example {
  name: string;
  examples: Record<string, unknown>[];
}

const examples = JSON.parse(
  readFileSync(
    createRequire(import.meta.url).resolve("@octokit/webhooks-examples/api.github.com/index.json"),
    "utf8",
  ),
) as Example[];

const commit = "0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c";

/** GitHub's own payloads of one kind. */
function payloads(name: string): Record<string, unknown>[] {
  return examples.find((example) => example.name === name)?.examples ?? [];
}

function push(changes: object = {}) {
  const withHead = payloads("push").find((payload) => payload["head_commit"] !== null) ?? payloads("push")[0];
  const headCommit = {
    id: commit,
    message: "Fix the till\n\nmore",
    url: `https://github.com/acme/shop/commit/${commit}`,
    author: { name: "Mona", username: "mona" },
  };
  return {
    ...withHead,
    ref: "refs/heads/main",
    after: commit,
    deleted: false,
    head_commit: headCommit,
    ...changes,
  };
}

async function executions(sfn: SFNClient, stateMachineArn: string) {
  return (await sfn.send(new ListExecutionsCommand({ stateMachineArn }))).executions ?? [];
}

function withoutWorkers(): Promise<Product> {
  return startProduct({ workers: false });
}

describe("POST /webhooks/github", () => {
  it("a push starts one execution with repository, commit, ref, title, author and links in its input", async () => {
    await using product = await withoutWorkers();
    const reply = await sendGithub(product.app, push());
    expect(reply.status).toBe(202);
    const [started] = (reply.body as { executions: { executionArn: string; name: string }[] }).executions;
    expect(started?.name).toMatch(new RegExp(`^Codertocat-Hello-World-${commit}-[0-9a-f]{6}-1$`));
    const [execution] = await product.history(started?.executionArn ?? "");
    expect(JSON.parse(execution?.executionStartedEventDetails?.input ?? "")).toMatchObject({
      repository: "Codertocat/Hello-World",
      commit,
      ref: "refs/heads/main",
      branch: "main",
      title: "Fix the till",
      author: "mona",
      event: "push",
      links: [{ title: "Commit 0d1a26e" }, { title: "Changes" }],
    });
  });

  it("a merged pull request of GitHub's examples starts its merge commit on the base branch", async () => {
    await using product = await withoutWorkers();
    const [example] = payloads("pull_request");
    const pull = { ...(example?.["pull_request"] as object), merged: true, merge_commit_sha: commit };
    const reply = await sendGithub(
      product.app,
      { ...example, action: "closed", pull_request: pull },
      { event: "pull_request" },
    );
    expect(reply.body).toMatchObject({
      outcome: "accepted",
      executions: [{ name: expect.stringContaining(commit) as string }],
    });
  });

  it("a pull request that was closed without a merge starts nothing", async () => {
    await using product = await withoutWorkers();
    const [example] = payloads("pull_request");
    const pull = { ...(example?.["pull_request"] as object), merged: false };
    const reply = await sendGithub(
      product.app,
      { ...example, action: "closed", pull_request: pull },
      { event: "pull_request" },
    );
    expect(reply.status).toBe(202);
    expect(reply.body).toMatchObject({ outcome: "ignored" });
  });

  it("push and merge of the same commit start one execution", async () => {
    await using product = await withoutWorkers();
    await sendGithub(product.app, push());
    const [example] = payloads("pull_request");
    const pull = {
      ...(example?.["pull_request"] as { base: object }),
      merged: true,
      merge_commit_sha: commit,
    };
    const merge = {
      ...example,
      action: "closed",
      pull_request: { ...pull, base: { ...pull.base, ref: "main" } },
    };
    expect((await sendGithub(product.app, merge, { event: "pull_request" })).status).toBe(202);
    expect(await executions(product.sfn, product.stateMachineArn)).toHaveLength(1);
  });

  it("every example payload of every event that GitHub documents is taken or ignored, never a fault", async () => {
    await using product = await withoutWorkers();
    for (const { name, examples: all } of examples) {
      for (const payload of all.slice(0, 2)) {
        const reply = await sendGithub(product.app, payload, { event: name });
        expect([name, reply.status]).toEqual([name, 202]);
      }
    }
  });

  it("the same delivery again starts nothing and says the same", async () => {
    await using product = await withoutWorkers();
    const deliveryId = randomUUID();
    const first = await sendGithub(product.app, push(), { deliveryId });
    const second = await sendGithub(product.app, push(), { deliveryId });
    expect(second.body).toEqual({ ...(first.body as object), repeated: true });
    expect(await executions(product.sfn, product.stateMachineArn)).toHaveLength(1);
  });

  it("ten equal deliveries at once start one execution", async () => {
    await using product = await withoutWorkers();
    const deliveryId = randomUUID();
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => sendGithub(product.app, push(), { deliveryId })),
    );
    expect(replies.map((reply) => reply.status)).toEqual(Array.from({ length: 10 }, () => 202));
    expect(await executions(product.sfn, product.stateMachineArn)).toHaveLength(1);
  });

  it("a delivery id that comes back with another body is refused", async () => {
    await using product = await withoutWorkers();
    const deliveryId = randomUUID();
    await sendGithub(product.app, push(), { deliveryId });
    expect(
      (await sendGithub(product.app, push({ after: "f".repeat(40) }), { deliveryId })).body,
    ).toMatchObject({ status: 422, code: "invalid" });
  });

  it("a branch that was deleted, a tag and a ping are ignored with 202 and a reason", async () => {
    await using product = await withoutWorkers();
    for (const [payload, event] of [
      [push({ deleted: true, head_commit: null, after: "0".repeat(40) }), "push"],
      [push({ ref: "refs/tags/v1" }), "push"],
      [{ zen: "Keep it logically awesome." }, "ping"],
    ] as const) {
      const reply = await sendGithub(product.app, payload, { event });
      expect([reply.status, reply.body]).toEqual([
        202,
        { outcome: "ignored", reason: expect.any(String) as string },
      ]);
    }
    expect(await executions(product.sfn, product.stateMachineArn)).toEqual([]);
  });

  it("both secrets count while one is being rotated, a third does not", async () => {
    await using product = await withoutWorkers();
    expect((await sendGithub(product.app, push(), { secret: "the secret before it" })).status).toBe(202);
    expect((await sendGithub(product.app, push(), { secret: "some other secret" })).status).toBe(401);
  });

  it("a bad signature is 401 before anything is parsed", async () => {
    await using product = await withoutWorkers();
    for (const signature of [
      "",
      "sha256=",
      `sha256=${"0".repeat(64)}`,
      `sha1=${"0".repeat(40)}`,
      "sha256=ZZ",
    ]) {
      const reply = await sendGithub(product.app, "{ this is not JSON", { signature });
      expect(reply.body).toMatchObject({ status: 401, code: "unauthenticated" });
    }
    expect(await product.database.query("select 1 from webhook_delivery")).toEqual([]);
  });

  it("signed junk is 422 and says what is wrong", async () => {
    await using product = await withoutWorkers();
    expect((await sendGithub(product.app, "{ this is not JSON")).body).toMatchObject({ code: "invalid" });
    expect((await sendGithub(product.app, push({ after: 7, repository: null }))).body).toMatchObject({
      code: "invalid",
      errors: [{ field: "after" }, { field: "repository" }],
    });
  });

  it("a missing event or delivery header is 422 and names the header", async () => {
    await using product = await withoutWorkers();
    const body = JSON.stringify(push());
    const { createHmac } = await import("node:crypto");
    const signature = `sha256=${createHmac("sha256", webhookSecret).update(body).digest("hex")}`;
    const reply = await supertest(product.app)
      .post("/webhooks/github")
      .set("x-hub-signature-256", signature)
      .set("content-type", "application/json")
      .send(body);
    expect(reply.body).toMatchObject({ code: "invalid", errors: [{ field: "X-GitHub-Delivery" }] });
  });

  it("a body above GitHub's own limit is 413", async () => {
    await using product = await withoutWorkers();
    const reply = await sendGithub(product.app, "x".repeat(25 * 1024 * 1024 + 1), {
      signature: `sha256=${"0".repeat(64)}`,
    });
    expect(reply.body).toMatchObject({ status: 413, code: "too_large" });
  });

  it("without anything like a signature the body is not even read", async () => {
    await using product = await withoutWorkers();
    const reply = await supertest(product.app)
      .post("/webhooks/github")
      .set("content-encoding", "gzip")
      .send("junk");
    expect(reply.body).toMatchObject({ status: 401, code: "unauthenticated" });
  });

  it("a title of a megabyte is cut, and NUL in a ref is no fault", async () => {
    await using product = await withoutWorkers();
    const head = { ...push().head_commit, message: "🚀".repeat(300_000) };
    const reply = await sendGithub(product.app, push({ head_commit: head }));
    const [started] = (reply.body as { executions: { executionArn: string }[] }).executions;
    const [execution] = await product.history(started?.executionArn ?? "");
    const { title } = JSON.parse(execution?.executionStartedEventDetails?.input ?? "") as { title: string };
    expect([...title]).toHaveLength(500);
    expect((await sendGithub(product.app, push({ ref: "refs/tags/a\u0000b" }))).status).toBe(202);
  });

  it("what Step Functions refuses for good is not tried again, and says why", async () => {
    let calls = 0;
    await using product = await startProduct({
      faults: ({ operation }) => {
        if (operation !== "StartExecution") return undefined;
        calls += 1;
        return { kind: "error", status: 400, code: "InvalidExecutionInput", message: "no" };
      },
    });
    const reply = await sendGithub(product.app, push());
    expect(reply.body).toMatchObject({
      executions: [{ executionArn: null, note: expect.stringContaining("InvalidExecutionInput") as string }],
    });
    await product.pass(10_000);
    expect(calls).toBe(1);
  });

  it("Step Functions away: the delivery is taken, and the execution starts as soon as it is back", async () => {
    let isAway = true;
    await using product = await startProduct({
      faults: ({ operation }) =>
        isAway && operation === "StartExecution" ? { kind: "error", status: 500 } : undefined,
    });
    const reply = await sendGithub(product.app, push());
    expect(reply.body).toMatchObject({
      outcome: "accepted",
      executions: [{ executionArn: null, note: expect.stringContaining("Step Functions") as string }],
    });
    isAway = false;
    await product.pass(3_000);
    expect(await executions(product.sfn, product.stateMachineArn)).toHaveLength(1);
  });
});
