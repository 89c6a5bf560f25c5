import supertest from "supertest";
import { describe, expect, it } from "vitest";
import { receiveTask } from "../../src/application/receive-task.ts";
import type { PolicyPart } from "../../src/domain/policy/policy.ts";
import { TaskToken } from "../../src/domain/task-token.ts";
import { voter } from "../support/voters.ts";
import { startProduct, type Product } from "../support/product.ts";
import { until } from "../support/until.ts";

const approve = { verdict: "approve" };
const reject = { verdict: "reject" };

async function oneApproval(product: Product, input: object = {}) {
  const executionArn = await product.startExecution(input);
  return { executionArn, id: await product.approvalOf(executionArn) };
}

describe("a policy that wants two", () => {
  it("counts the first vote and decides with the second; it tells who voted and who is still needed", async () => {
    await using product = await startProduct({ policies: [{ name: "production", required: 2 }] });
    const { id, executionArn } = await oneApproval(product);
    const [ada, grace] = [await voter(product, "Ada"), await voter(product, "Grace")];
    const first = await ada.vote(id, { ...approve, comment: "fine" });
    expect(first).toMatchObject({
      status: 200,
      body: {
        status: "pending",
        votes: [
          { actor: { name: "Ada" }, class: "page", verdict: "approve", comment: "fine", replaced: false },
        ],
        standing: { needed: { approvals: 1, groups: [] }, whoCan: { anyReviewer: true } },
        policy: {
          names: ["production"],
          rules: expect.arrayContaining([
            { rule: "required", text: "2 approvals by different people", from: ["production"] },
          ]) as unknown,
        },
      },
    });
    expect((await ada.vote(id, approve)).body.status).toBe("pending");
    expect((await grace.vote(id, approve)).body).toMatchObject({
      status: "approved",
      standing: null,
      decision: { decidedBy: [{ name: "Ada" }, { name: "Grace" }] },
    });
    const ended = await until("the execution ends", async () =>
      (await product.describe(executionArn)).status === "RUNNING" ? null : product.describe(executionArn),
    );
    expect(ended.status).toBe("SUCCEEDED");
  });

  it("two who click the last missing vote at once make one decision", async () => {
    await using product = await startProduct({ policies: [{ name: "production", required: 2 }] });
    const { id } = await oneApproval(product);
    const people = await Promise.all(["Ada", "Grace", "Linus"].map((name) => voter(product, name)));
    await people[0]?.vote(id, approve);
    const replies = await Promise.all(people.slice(1).map((each) => each.vote(id, approve)));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await product.database.query("select count(*)::int as decisions from decision")).toEqual([
      { decisions: 1 },
    ]);
  });

  it("a changed vote counts once, and the earlier one stays as history", async () => {
    await using product = await startProduct({
      policies: [{ name: "production", required: 2, reject: { required: 2 } }],
    });
    const { id } = await oneApproval(product);
    const [ada, grace] = [await voter(product, "Ada"), await voter(product, "Grace")];
    await ada.vote(id, approve);
    const changed = await ada.vote(id, reject);
    expect(changed.body.votes.map(({ verdict, replaced }) => [verdict, replaced])).toEqual([
      ["approve", true],
      ["reject", false],
    ]);
    expect((await grace.vote(id, approve)).body.status).toBe("pending");
    expect((await ada.vote(id, approve)).body.status).toBe("approved");
    const twice =
      "insert into vote (id, approval_id, actor_kind, actor_id, actor_name, verdict, at) select gen_random_uuid(), approval_id, actor_kind, actor_id, actor_name, verdict, at from vote where not replaced";
    await expect(product.database.query(twice)).rejects.toThrow(/vote_stands_once/);
  });

  it("by groups: 1 of security and 2 of release; a bot and a stranger fill no seat", async () => {
    await using product = await startProduct({
      policies: [{ name: "production", groups: [{ team: "security" }, { team: "release", required: 2 }] }],
    });
    const { id } = await oneApproval(product);
    const both = await voter(product, "Both", { teams: ["security", "release"] });
    const [one, two] = [
      await voter(product, "One", { teams: ["release"] }),
      await voter(product, "Two", { teams: ["release"] }),
    ];
    const refused = await supertest(product.app)
      .post(`/api/v1/approvals/${id}/decision`)
      .auth(await product.bot(), { type: "bearer" })
      .send(approve);
    expect(refused.body).toMatchObject({
      code: "not_allowed",
      detail: "Only members of release and security can approve this (policy production).",
    });
    expect((await (await voter(product, "Stranger")).see(id)).may).toMatchObject({
      approve: false,
      reject: true,
    });
    await both.vote(id, approve);
    expect((await both.see(id)).standing?.whoCan).toMatchObject({ anyReviewer: false });
    const then = await one.vote(id, approve);
    expect(then.body.standing?.whoCan.teams).toHaveLength(1);
    // Who is excluded, or has approved, helps no more.
    expect(then.body.standing?.whoCan.people.map(({ name }) => name)).toEqual(
      then.body.standing?.whoCan.teams[0] === "release" ? ["Two"] : [],
    );
    expect((await two.vote(id, approve)).body.status).toBe("approved");
  });
});

describe("every way to decide", () => {
  it("goes through the same rule: by id, by commit, by a bot and with break-glass, an excluded or unneeded vote is refused alike", async () => {
    await using product = await startProduct({
      policies: [{ name: "production", bots: "veto", comment: "reject", groups: [{ team: "security" }] }],
    });
    const { id } = await oneApproval(product, { commit: "abc", author: "mona@example.com" });
    const mona = await voter(product, "mona", { teams: ["security"], role: "administrator" });
    const stranger = await voter(product, "Stranger");
    const token = await product.bot();
    const asBot = (path: string, body: object) =>
      supertest(product.app).post(path).auth(token, { type: "bearer" }).send(body);
    const byId = `/api/v1/approvals/${id}/decision`;
    const replies = [
      await mona.vote(id, approve),
      await mona.vote(id, reject),
      await mona.vote(id, { ...approve, breakGlass: { reason: "because" } }),
      await mona.decideByKey({ ...approve, commit: "abc" }),
      await stranger.vote(id, approve),
      await stranger.decideByKey({ ...approve, approvalId: id }),
      await asBot(byId, approve),
      await asBot("/api/v1/decisions", { ...approve, commit: "abc" }),
    ];
    expect(replies.map(({ status }) => status)).toEqual(Array(replies.length).fill(403));
    for (const path of [byId, "/api/v1/decisions"]) {
      const body = path === byId ? reject : { ...reject, commit: "abc" };
      expect((await asBot(path, body)).body).toMatchObject({
        code: "invalid",
        errors: [{ field: "comment" }],
      });
    }
    expect(await product.database.query("select * from vote")).toEqual([]);
  });
});

describe("the policy under which an approval was opened", () => {
  it("stays, although the file that is read now is weaker (downgrade by an older policy file)", async () => {
    await using product = await startProduct({
      policies: [{ name: "production", required: 2, match: { stateMachine: "deploy" } }],
    });
    const { id } = await oneApproval(product);
    (product.deps.policies as PolicyPart[]).length = 0;
    const ada = await voter(product, "Ada");
    expect((await ada.vote(id, approve)).body).toMatchObject({
      status: "pending",
      policy: { names: ["production"] },
    });
    const later = await oneApproval(product);
    expect((await ada.vote(later.id, approve)).body).toMatchObject({ status: "approved" });
  });

  it("cannot be rewritten, and one that was tampered with decides nothing", async () => {
    await using product = await startProduct({ policies: [{ name: "production", required: 2 }] });
    const { id } = await oneApproval(product);
    const weaker = "update policy set body = replace(body, '\"required\":2', '\"required\":1')";
    await expect(product.database.query(weaker)).rejects.toThrow(/stay as they are/);
    await product.database.query("alter table policy disable trigger all");
    await product.database.query(weaker);
    const other = await startProductOn(product);
    await expect(other.find(id)).rejects.toThrow(/is not what its digest says/);
  });

  it("is named by its digest in the receipt and in the audit trail", async () => {
    await using product = await startProduct({ policies: [{ name: "production" }] });
    const { id } = await oneApproval(product);
    const ada = await voter(product, "Ada");
    const { body } = await ada.vote(id, approve);
    expect(body.policy.digest).toMatch(/^[0-9a-f]{64}$/);
    const [row] = await product.database.query<{ receipt: string }>("select receipt from decision");
    const claims = JSON.parse(
      Buffer.from(row?.receipt.split(".")[1] ?? "", "base64url").toString(),
    ) as object;
    expect(claims).toMatchObject({ policyDigest: body.policy.digest });
    expect(
      await product.database.query(
        "select detail->>'policyDigest' as digest from audit_event where type in ('approval.received', 'approval.decided')",
      ),
    ).toEqual([{ digest: body.policy.digest }, { digest: body.policy.digest }]);
  });
});

describe("a policy for one state machine", () => {
  const policies = [
    { name: "deploys", match: { stateMachine: "deploy" }, required: 2 },
    { name: "other", match: { stateMachine: "x*" } },
  ];

  it("holds once history has proven the execution, and the trail says so", async () => {
    await using product = await startProduct({ policies });
    const { id } = await oneApproval(product);
    const ada = await voter(product, "Ada");
    const seen = await ada.see(id);
    expect(seen.policy).toMatchObject({ names: ["deploys"], isProvisional: false });
    const events = await product.database.query(
      "select detail from audit_event where type = 'approval.policy_changed'",
    );
    expect(events).toMatchObject([{ detail: { policies: ["deploys"], policyDigest: seen.policy.digest } }]);
    expect((await ada.vote(id, approve)).body.status).toBe("pending");
  });

  it("lets nobody decide before that, since a weaker one might be taken for it", async () => {
    await using product = await startProduct({ policies, workers: false });
    const { activityArn } = product;
    const input = JSON.stringify({
      _execution: { stateMachineArn: "arn:aws:states:us-east-1:1:stateMachine:xyz" },
    });
    const token = new TaskToken("a token of no execution");
    const taken = { token, input, activityArn, workerName: "w", takenAt: product.deps.clock.now() };
    const id = await receiveTask(product.deps, taken);
    const ada = await voter(product, "Ada");
    expect((await ada.see(id)).policy).toMatchObject({ names: ["other"], isProvisional: true });
    expect(await ada.vote(id, approve)).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining("still looks in Step Functions") as string },
    });
  });
});

describe("what a task's input asks for", () => {
  it("can only make the rules stricter, and what is not understood is noted", async () => {
    await using product = await startProduct({ policies: [{ name: "production", required: 2 }] });
    const ada = await voter(product, "Ada");
    const weaker = await oneApproval(product, {
      approval: {
        policy: { required: 1, exclude: { author: false }, comment: "never", bots: "all", wish: 1 },
      },
      author: "ada@example.com",
    });
    const seen = await ada.see(weaker.id);
    expect(seen.may).toMatchObject({ approve: false, why: expect.stringContaining("author") as unknown });
    expect(seen.standing?.needed.approvals).toBe(2);
    expect(seen.policy.notes).toEqual([
      "`approval.policy.bots` is not understood and does not count.",
      "`approval.policy.wish` is not known and does not count.",
    ]);
    const stricter = await oneApproval(product, { approval: { policy: { required: 3, comment: "always" } } });
    expect((await ada.see(stricter.id)).standing?.needed.approvals).toBe(3);
    expect((await ada.vote(stricter.id, approve)).body).toMatchObject({
      code: "invalid",
      errors: [{ field: "comment", message: "is missing: the policy wants one" }],
    });
  });
});

async function startProductOn(product: Product) {
  const { createApprovalStore } = await import("../../src/adapters/postgres/approval-store.ts");
  const { createTokenCipher } = await import("../../src/adapters/crypto/token-cipher.ts");
  return createApprovalStore(
    product.composed.database,
    createTokenCipher("another process, as it were, with no memory"),
  );
}
