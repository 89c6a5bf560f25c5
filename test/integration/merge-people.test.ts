import { createHash, randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { acceptDelivery, type SignedDelivery } from "../../src/application/accept-delivery.ts";
import { readGithubEvent } from "../../src/adapters/forges/github-event.ts";
import { crashPoint } from "../support/crash.ts";
import { sendGithub } from "../support/github-webhook.ts";
import { startProduct, type Product } from "../support/product.ts";
import { commitOf } from "../support/pushes.ts";
import { until } from "../support/until.ts";
import { voter } from "../support/voters.ts";

const approve = { verdict: "approve" };

interface Place {
  repository?: string;
  branch?: string;
  commit?: string;
  deliveryId?: string;
}

/** Bob wrote and committed what the pull request brings, with Hubert. */
function pushOf({ repository = "acme/shop", branch = "main", commit = commitOf("1") }: Place) {
  const bob = { name: "Bob", email: "bob@example.com" };
  const people = { author: bob, committer: { name: "Carla", email: "carla@example.com" } };
  const message = "Fix the till\n\nCo-authored-by: Hubert <hubert@example.com>";
  const head = { id: commit, message: "Merge", url: `https://github.com/${repository}/commit/${commit}` };
  return {
    ref: `refs/heads/${branch}`,
    after: commit,
    repository: { full_name: repository, html_url: `https://github.com/${repository}` },
    pusher: { name: "mergerita" },
    head_commit: { ...head, author: { name: "GitHub", email: "noreply@github.com" } },
    commits: [{ ...people, message }],
  };
}

/** Ada opened the pull request, Mergerita merged it. */
function mergeOf({ repository = "acme/shop", branch = "main", commit = commitOf("1") }: Place) {
  const url = `https://github.com/${repository}`;
  return {
    action: "closed",
    repository: { full_name: repository, html_url: url },
    pull_request: {
      number: 7,
      title: "Fix the till",
      html_url: `${url}/pull/7`,
      merged: true,
      merged_at: "2026-06-01T12:00:00Z",
      merge_commit_sha: commit,
      base: { ref: branch },
      user: { login: "ada" },
      merged_by: { login: "mergerita" },
    },
  };
}

async function sendPush(product: Product, place: Place = {}) {
  const { deliveryId = randomUUID() } = place;
  return answered(await sendGithub(product.app, pushOf(place), { deliveryId }));
}

async function sendMerge(product: Product, place: Place = {}) {
  const { deliveryId = randomUUID() } = place;
  return answered(await sendGithub(product.app, mergeOf(place), { event: "pull_request", deliveryId }));
}

function answered({ status, body }: { status: number; body: unknown }) {
  expect(status).toBe(202);
  const { outcome, executions = [] } = body as { outcome: string; executions?: { executionArn: string }[] };
  return { outcome, executionArn: executions[0]?.executionArn ?? "" };
}

async function expectExcluded(product: Product, id: string) {
  for (const name of ["bob", "carla", "hubert"])
    expect(await (await voter(product, name)).vote(id, approve)).toMatchObject({
      status: 403,
      body: { code: "not_allowed" },
    });
}

const startsOf = (product: Product) => product.database.query("select name from execution_start");
const changesOf = (product: Product) =>
  product.database.query<{ detail: { because: string } }>(
    "select detail from audit_event where type = 'approval.policy_changed' order by seq",
  );
const laterChange = {
  detail: expect.objectContaining({ because: "more is known of who was involved" }) as object,
};

describe.each([[["merge"]], [["push", "merge"]]])("who made the commits of a merge, with on: %j", (on) => {
  it("does not decide when the push is told first", async () => {
    await using product = await startProduct({ trigger: { on } });
    const push = await sendPush(product);
    const merge = await sendMerge(product);
    expect(await startsOf(product)).toHaveLength(1);
    const id = await product.approvalOf(push.executionArn || merge.executionArn);
    const zoe = await voter(product, "Zoe");
    expect((await zoe.see(id)).policy.lacksAuthors).toBe(false);
    await expectExcluded(product, id);
    expect((await zoe.vote(id, approve)).body.status).toBe("approved");
    expect(await product.database.query("select from push_people")).toEqual([]);
  });

  it("does not decide from then on when the push is told after the approval was opened and identified", async () => {
    await using product = await startProduct({
      trigger: { on },
      policies: [{ name: "two", required: 2 }],
    });
    const id = await product.approvalOf((await sendMerge(product)).executionArn);
    const zoe = await voter(product, "Zoe");
    const before = await zoe.see(id);
    expect(before.policy.lacksAuthors).toBe(true);
    expect((await (await voter(product, "hasty")).vote(id, approve)).status).toBe(200);
    await sendPush(product);
    const after = await zoe.see(id);
    expect(after.policy).toMatchObject({ lacksAuthors: false, names: ["two"] });
    expect(after.excluded).toContainEqual({
      as: "author",
      who: expect.arrayContaining(["bob@example.com"]) as string[],
      from: ["two"],
    });
    await expectExcluded(product, id);
    // Who looked before decided upon less.
    expect(await zoe.vote(id, { ...approve, shown: before.shown })).toMatchObject({
      status: 409,
      body: { code: "stale" },
    });
    expect((await zoe.vote(id, { ...approve, shown: after.shown })).body.status).toBe("approved");
    expect((await changesOf(product)).filter(({ detail }) => detail.because.startsWith("more"))).toHaveLength(
      1,
    );
  });

  it("does not decide when the push is told between the opening of the approval and its history", async () => {
    let isHidden = true;
    await using product = await startProduct({
      trigger: { on },
      policies: [{ name: "excluding" }],
      faults: ({ operation }) =>
        isHidden && operation === "GetExecutionHistory" ? { kind: "error", status: 500 } : undefined,
    });
    const { executionArn } = await sendMerge(product);
    const id = await until("the approval is there", async () => {
      const [row] = await product.database.query<{ id: string }>(
        "select id from approval where identified_at is null",
      );
      return row?.id;
    });
    await sendPush(product);
    expect((await product.deps.approvals.find(id))?.executionIsProven).toBe(false);
    isHidden = false;
    await product.pass(3_000);
    expect(await product.approvalOf(executionArn)).toBe(id);
    expect((await (await voter(product, "Zoe")).see(id)).policy.lacksAuthors).toBe(false);
    await expectExcluded(product, id);
  });

  it("is learnt once, however often the push is told", async () => {
    await using product = await startProduct({ trigger: { on } });
    const deliveryId = randomUUID();
    const id = await product.approvalOf((await sendMerge(product)).executionArn);
    await sendPush(product, { deliveryId });
    const once = await product.deps.approvals.find(id);
    const changes = await changesOf(product);
    expect(changes.at(-1)).toMatchObject(laterChange);
    await sendPush(product, { deliveryId });
    await sendPush(product);
    await sendMerge(product);
    expect(await product.deps.approvals.find(id)).toEqual({
      ...once,
      lastBeatAt: (await product.deps.approvals.find(id))?.lastBeatAt,
    });
    expect(await changesOf(product)).toEqual(changes);
    expect(await startsOf(product)).toHaveLength(1);
  });

  it("is not learnt from the push of another repository, branch or commit", async () => {
    await using product = await startProduct({ trigger: { on } });
    for (const place of [{ repository: "acme/other" }, { branch: "try" }, { commit: commitOf("2") }])
      await sendPush(product, place);
    const id = await product.approvalOf((await sendMerge(product)).executionArn);
    for (const place of [{ repository: "acme/other" }, { branch: "try" }, { commit: commitOf("2") }])
      await sendPush(product, place);
    const bob = await voter(product, "bob");
    expect((await bob.see(id)).policy.lacksAuthors).toBe(true);
    expect((await bob.vote(id, approve)).body.status).toBe("approved");
  });

  it("changes nothing about what is decided already", async () => {
    await using product = await startProduct({ trigger: { on } });
    const id = await product.approvalOf((await sendMerge(product)).executionArn);
    expect((await (await voter(product, "bob")).vote(id, approve)).body.status).toBe("approved");
    await product.quiet();
    const [before, changes] = [await product.deps.approvals.find(id), await changesOf(product)];
    await sendPush(product);
    const after = await product.deps.approvals.find(id);
    expect(after?.subject.involved).toEqual(before?.subject.involved);
    expect(after?.policyDigest).toBe(before?.policyDigest);
    expect(await changesOf(product)).toEqual(changes);
  });

  it("is learnt when both are told at once", async () => {
    await using product = await startProduct({ trigger: { on } });
    const commits = ["1", "2", "3", "4", "5"].map(commitOf);
    await Promise.all(
      commits.flatMap((commit) => [sendPush(product, { commit }), sendMerge(product, { commit })]),
    );
    const origins = await product.database.query<{ origin: { toldBy: string[]; involved: object } }>(
      "select origin from execution_start",
    );
    expect(origins.map(({ origin }) => origin)).toEqual(
      commits.map((): unknown =>
        expect.objectContaining({
          toldBy: ["merge", "push"],
          involved: expect.objectContaining({
            author: expect.arrayContaining(["ada", "bob@example.com"]) as string[],
          }) as object,
        }),
      ),
    );
  });
});

describe("a push where only merges start something", () => {
  it("starts nothing, and says that it is noted", async () => {
    await using product = await startProduct({ trigger: { on: ["merge"] } });
    expect((await sendPush(product)).outcome).toBe("noted");
    expect(await startsOf(product)).toEqual([]);
  });

  it("is ignored on a branch that no trigger covers", async () => {
    await using product = await startProduct({ trigger: { on: ["merge"], branch: "main" } });
    expect((await sendPush(product, { branch: "try" })).outcome).toBe("ignored");
    expect(await product.database.query("select from push_people")).toEqual([]);
  });

  it("is not waited for where the policy lets the authors decide", async () => {
    await using product = await startProduct({
      trigger: { on: ["merge"] },
      policies: [{ name: "own", exclude: { author: false, committer: false, coAuthors: false } }],
    });
    const id = await product.approvalOf((await sendMerge(product)).executionArn);
    const bob = await voter(product, "bob");
    expect((await bob.see(id)).policy.lacksAuthors).toBe(false);
    expect((await bob.vote(id, approve)).body.status).toBe("approved");
  });

  it.each([
    [0, false],
    [0, true],
    [1, false],
    [1, true],
  ])("is learnt although the process dies at step %i of it (after its effect: %s)", async (at, after) => {
    const crash = crashPoint();
    await using product = await startProduct({ trigger: { on: ["merge"] }, around: crash.around });
    const id = await product.approvalOf((await sendMerge(product)).executionArn);
    product.endpoint.releasePolls();
    await product.stopWorkers();
    const { triggers } = product.appDeps;
    const delivery: SignedDelivery = {
      ...readGithubEvent("push", Buffer.from(JSON.stringify(pushOf({})))),
      forge: "github",
      deliveryId: "the push",
      eventName: "push",
      bodyHash: new Uint8Array(32),
    };
    const digest = (text: string) => createHash("sha256").update(text).digest("hex");
    crash.arm(at, after);
    void acceptDelivery({ ...product.deps, digest }, delivery, triggers);
    await until("the process dies", () => crash.hasDied);
    await crash.settled();
    await acceptDelivery({ ...product.composed.deps, digest }, delivery, triggers);
    const approval = await product.composed.deps.approvals.find(id);
    expect(approval?.subject.involved.author).toContain("bob@example.com");
    const changes = await changesOf(product);
    expect(changes.filter(({ detail }) => detail.because.startsWith("more"))).toHaveLength(1);
  });
});
