import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import supertest from "supertest";
import { describe, expect, it } from "vitest";
import type { ApprovalDetail } from "../../src/contract/approval.ts";
import { checksInWords } from "../../src/domain/check.ts";
import { sendGithub } from "../support/github-webhook.ts";
import { startProduct, type Product } from "../support/product.ts";

const repository = "acme/shop";
const commit = "0d1a26e67d8f5eaf1f6ba5c57fc3c7d91ac0fd1c";
const html = { full_name: repository, html_url: "https://github.com/acme/shop" };

function status(changes: object = {}) {
  return {
    id: 1,
    sha: commit,
    state: "pending",
    context: "ci/test",
    description: "Running",
    target_url: null,
    updated_at: "2026-06-01T11:00:00+00:00",
    repository: html,
    ...changes,
  };
}

async function approvalOf(product: Product, input: object = { repository, commit }) {
  const id = await product.approvalOf(await product.startExecution(input));
  const token = await product.bot();
  const look = async () =>
    (await supertest(product.app).get(`/api/v1/approvals/${id}`).auth(token, { type: "bearer" }))
      .body as ApprovalDetail;
  const approve = (shown: string) =>
    supertest(product.app)
      .post(`/api/v1/approvals/${id}/decision`)
      .auth(token, { type: "bearer" })
      .send({ verdict: "approve", shown });
  return { id, look, approve };
}

describe("checks of a commit", () => {
  it("are shown with its approval, whichever came first, and under any case of the repository's name", async () => {
    await using product = await startProduct();
    const early = await sendGithub(product.app, status(), { event: "status" });
    expect([early.status, early.body]).toEqual([202, { outcome: "noted" }]);
    const { look } = await approvalOf(product, { repository: "Acme/Shop", commit });
    await sendGithub(product.app, status({ id: 2, context: "ci/lint", state: "error" }), { event: "status" });
    expect((await look()).checks).toEqual([
      { name: "ci/lint", state: "failure", description: "Running", url: null },
      { name: "ci/test", state: "pending", description: "Running", url: null },
    ]);
  });

  it("that change make a view stale; what is shown again can be decided", async () => {
    await using product = await startProduct();
    const { look, approve } = await approvalOf(product);
    const { shown } = await look();
    await sendGithub(product.app, status({ state: "failure" }), { event: "status" });
    expect((await approve(shown)).body).toMatchObject({
      code: "stale",
      changed: [{ field: "checks", now: "1 failed" }],
    });
    expect((await approve((await look()).shown)).status).toBe(200);
  });

  it("that only say more about the same state do not", async () => {
    await using product = await startProduct();
    const { look, approve } = await approvalOf(product);
    await sendGithub(product.app, status(), { event: "status" });
    const { shown } = await look();
    await sendGithub(product.app, status({ id: 2, description: "80 %" }), { event: "status" });
    expect((await look()).checks[0]?.description).toBe("80 %");
    expect((await approve(shown)).status).toBe(200);
  });

  it("of another commit, or of a repository that no trigger waits for, change nothing", async () => {
    await using product = await startProduct({ trigger: { repository: "acme/*" } });
    const { look } = await approvalOf(product);
    await sendGithub(product.app, status({ sha: "f".repeat(40) }), { event: "status" });
    const foreign = { ...html, full_name: "evil/shop" };
    const reply = await sendGithub(product.app, status({ repository: foreign }), { event: "status" });
    expect(reply.body).toEqual({
      outcome: "ignored",
      reason: "no trigger in countersign.yaml is of evil/shop",
    });
    expect((await look()).checks).toEqual([]);
    expect(await product.database.query("select repository from commit_check")).toEqual([{ repository }]);
  });

  it("keep the newest by the forge's time: late and repeated deliveries bring nothing old back", async () => {
    await using product = await startProduct();
    const { look } = await approvalOf(product);
    const inOneSecond = [status({ id: 8 }), status({ id: 9, state: "success" })];
    for (const body of [...inOneSecond].reverse()) await sendGithub(product.app, body, { event: "status" });
    expect((await look()).checks).toMatchObject([{ state: "success" }]);
    const older = status({ id: 10, state: "failure", updated_at: "2026-06-01T10:59:59Z" });
    await sendGithub(product.app, older, { event: "status" });
    expect((await look()).checks).toMatchObject([{ state: "success" }]);
  });

  it("of check suites count, too: pending until they are completed", async () => {
    await using product = await startProduct();
    const { look } = await approvalOf(product);
    const suite = (conclusion: string | null) => ({
      action: conclusion === null ? "requested" : "completed",
      check_suite: {
        id: 77,
        head_sha: commit,
        conclusion,
        updated_at: "2026-06-01T11:00:00Z",
        app: { name: "GitHub Actions" },
      },
      repository: html,
    });
    await sendGithub(product.app, suite(null), { event: "check_suite" });
    expect((await look()).checks).toMatchObject([{ name: "GitHub Actions", state: "pending" }]);
    await sendGithub(product.app, suite("timed_out"), { event: "check_suite" });
    expect((await look()).checks).toMatchObject([{ state: "failure", description: "timed out" }]);
  });

  it("must be signed, and be what GitHub documents", async () => {
    await using product = await startProduct({ workers: false });
    const unsigned = await sendGithub(product.app, status(), { event: "status", secret: "another secret" });
    expect(unsigned.status).toBe(401);
    const wrong = await sendGithub(product.app, status({ state: "fine" }), { event: "status" });
    expect(wrong.body).toMatchObject({ code: "invalid", errors: [{ field: "state" }] });
    const all = JSON.parse(
      readFileSync(
        createRequire(import.meta.url).resolve("@octokit/webhooks-examples/api.github.com/index.json"),
        "utf8",
      ),
    ) as { name: string; examples: object[] }[];
    for (const event of ["status", "check_suite"]) {
      const examples = all.find(({ name }) => name === event)?.examples ?? [];
      expect(examples.length).toBeGreaterThan(0);
      for (const body of examples)
        expect((await sendGithub(product.app, body, { event })).body).toEqual({ outcome: "noted" });
    }
  });

  it("sum up in words", () => {
    expect(checksInWords([{ state: "success" }, { state: "failure" }, { state: "success" }])).toBe(
      "1 failed, 2 passed",
    );
    expect(checksInWords([])).toBe("none");
  });
});
