import { StartExecutionCommand } from "@aws-sdk/client-sfn";
import supertest from "supertest";
import { describe, expect, it } from "vitest";
import type { ApprovalDetail, ApprovalPage } from "../../src/contract/approval.ts";
import { startProduct, type Product, type ProductOptions } from "../support/product.ts";
import { commitOf, deliverPush, pushedApproval, untilStatus } from "../support/pushes.ts";
import { until } from "../support/until.ts";

const noon = Date.UTC(2026, 5, 1, 12) / 1000;
const first = { commit: "1", at: noon };
const second = { commit: "2", before: "1", at: noon + 60 };

function rejecting(options: ProductOptions = {}): Promise<Product> {
  return startProduct({ trigger: { supersede: "reject" }, ...options });
}

async function get<Body>(product: Product, path: string): Promise<Body> {
  const token = await product.bot("read");
  return (await supertest(product.app).get(`/api/v1/${path}`).auth(token, { type: "bearer" })).body as Body;
}

async function statusOf(product: Product, id: string): Promise<string | undefined> {
  return (await product.deps.approvals.find(id))?.status;
}

/** Longer than a sweep: what is owed has been done. */
async function settle(product: Product): Promise<void> {
  await product.pass(3_000);
}

describe("a newer push of a trigger with `supersede: reject`", () => {
  it("answers the older approval with SupersededByNewerCommit, decided by Countersign itself, and leaves its own alone", async () => {
    await using product = await rejecting();
    const older = await pushedApproval(product, first);
    const newer = await pushedApproval(product, second);
    await untilStatus(product, older, "rejected");
    const detail = await get<ApprovalDetail>(product, `approvals/${older}`);
    expect(detail.decision).toMatchObject({
      verdict: "reject",
      decidedBy: [{ kind: "system", id: "countersign", name: "Countersign" }],
      comment: `Superseded by a newer commit of main: ${commitOf("2")} (https://github.com/acme/shop/commit/${commitOf("2")})`,
    });
    const arn = detail.executionArn ?? "";
    await until("the execution has failed", async () => (await product.describe(arn)).status === "FAILED");
    expect(await product.describe(arn)).toMatchObject({
      error: "SupersededByNewerCommit",
      cause: detail.decision?.comment,
    });
    expect(await statusOf(product, newer)).toBe("pending");
    const [event] = await product.database.query<{ actor: unknown; detail: object }>(
      "select actor, detail from audit_event where approval_id = $1 and type = 'approval.decided'",
      [older],
    );
    expect(event).toMatchObject({
      actor: { kind: "system" },
      detail: { verdict: "reject", newerCommit: commitOf("2"), answer: { error: "SupersededByNewerCommit" } },
    });
  });

  it("retires an older approval that arrives after it: its task was taken late", async () => {
    await using product = await rejecting({ workers: false });
    await deliverPush(product, first);
    const [newerArn = ""] = await deliverPush(product, second);
    product.startWorkers();
    const newer = await product.approvalOf(newerArn);
    const older = await until("the older one is there", async () => {
      await product.moveClock(100);
      const rows = await product.database.query<{ id: string }>("select id from approval where commit = $1", [
        commitOf("1"),
      ]);
      return rows[0]?.id;
    });
    await untilStatus(product, older, "rejected");
    await settle(product);
    expect(await statusOf(product, newer)).toBe("pending");
  });

  it("that was delivered first, before the older one, is what counts: deliveries overtake one another", async () => {
    await using product = await rejecting();
    const newer = await pushedApproval(product, second);
    const older = await pushedApproval(product, first);
    await untilStatus(product, older, "rejected");
    expect(await statusOf(product, newer)).toBe("pending");
  });

  it("is not a push that is delivered again, under its own or another delivery id", async () => {
    await using product = await rejecting();
    await deliverPush(product, { ...first, deliveryId: "one" });
    const newer = await pushedApproval(product, second);
    await settle(product);
    await deliverPush(product, { ...first, deliveryId: "one" });
    await deliverPush(product, { ...first, deliveryId: "another" });
    await deliverPush(product, { ...first, at: noon + 600, deliveryId: "a third" });
    await settle(product);
    expect(await statusOf(product, newer)).toBe("pending");
  });

  it("is told by the commit that it took the branch on from, where the clock tells nothing", async () => {
    await using product = await rejecting();
    const older = await pushedApproval(product, { ...first, at: noon });
    const newer = await pushedApproval(product, { ...second, at: noon });
    await untilStatus(product, older, "rejected");
    expect(await statusOf(product, newer)).toBe("pending");
  });

  it("a forced push counts by its time; in doubt nothing is retired", async () => {
    await using product = await rejecting();
    const older = await pushedApproval(product, { commit: "1", before: "9", at: noon });
    const forced = await pushedApproval(product, { commit: "2", before: "8", at: noon + 1 });
    await untilStatus(product, older, "rejected");
    const sameSecond = await pushedApproval(product, { commit: "3", before: "7", at: noon + 1 });
    const untold = await pushedApproval(product, { commit: "4", before: "6", at: null });
    await settle(product);
    for (const id of [forced, sameSecond, untold]) expect(await statusOf(product, id)).toBe("pending");
  });

  it("touches no other branch or repository, and no execution that its trigger did not start", async () => {
    await using product = await rejecting();
    const branch = await pushedApproval(product, { ...first, branch: "release" });
    const repository = await pushedApproval(product, { ...first, repository: "acme/blog" });
    const input = JSON.stringify({ repository: "acme/shop", commit: commitOf("1"), ref: "refs/heads/main" });
    const { stateMachineArn } = product;
    const byHand = await product.sfn.send(new StartExecutionCommand({ stateMachineArn, input }));
    const manual = await product.approvalOf(byHand.executionArn ?? "");
    await pushedApproval(product, second);
    await settle(product);
    for (const id of [branch, repository, manual]) expect(await statusOf(product, id)).toBe("pending");
  });

  it("retires nothing before its execution has started", async () => {
    let refuse = false;
    await using product = await rejecting({
      around: (deps) => ({
        ...deps,
        stepFunctions: {
          ...deps.stepFunctions,
          start: (...args) =>
            refuse
              ? Promise.resolve({ kind: "refused", reason: "no such state machine" })
              : deps.stepFunctions.start(...args),
        },
      }),
    });
    const older = await pushedApproval(product, first);
    refuse = true;
    await deliverPush(product, second);
    await settle(product);
    expect(await statusOf(product, older)).toBe("pending");
  });

  it("two at once leave the newest alone, and each older one gets one decision", async () => {
    await using product = await rejecting();
    const one = await pushedApproval(product, first);
    const third = { commit: "3", before: "2", at: noon + 120 };
    const [[two = ""], [three = ""]] = await Promise.all([
      deliverPush(product, second),
      deliverPush(product, third),
    ]);
    const newest = await product.approvalOf(three);
    const middle = await product.approvalOf(two);
    await untilStatus(product, one, "rejected");
    await untilStatus(product, middle, "rejected");
    await settle(product);
    expect(await statusOf(product, newest)).toBe("pending");
    expect(
      await product.database.query("select approval_id, count(*)::int from decision group by 1"),
    ).toHaveLength(2);
  });

  it("meets a person who approves at the same moment: one of the two decides", async () => {
    await using product = await rejecting();
    const older = await pushedApproval(product, first);
    const token = await product.bot();
    const [reply] = await Promise.all([
      supertest(product.app)
        .post(`/api/v1/approvals/${older}/decision`)
        .auth(token, { type: "bearer" })
        .send({ verdict: "approve" }),
      deliverPush(product, second),
    ]);
    await settle(product);
    const status = await statusOf(product, older);
    expect(status).toBe(reply.status === 200 ? "approved" : "rejected");
    expect(await product.database.query("select id from decision")).toHaveLength(1);
  });

  it("of an activity whose rejections are successes gets through as one", async () => {
    await using product = await rejecting({ activity: { reject: { as: "success" } } });
    const older = await pushedApproval(product, first);
    await pushedApproval(product, second);
    const { subject } = await untilStatus(product, older, "rejected");
    const arn = subject.executionArn ?? "";
    await until("the execution ends", async () => (await product.describe(arn)).status === "SUCCEEDED");
    const output = JSON.parse((await product.describe(arn)).output ?? "null") as object;
    expect(JSON.stringify(output)).toContain('"decision":"rejected"');
  });
});

describe("a newer push of a trigger with `supersede: flag`", () => {
  it("is shown with the older approval, which stays decidable", async () => {
    await using product = await startProduct({ trigger: { supersede: "flag" } });
    const older = await pushedApproval(product, first);
    expect((await get<ApprovalDetail>(product, `approvals/${older}`)).newerCommit).toBeNull();
    await pushedApproval(product, second);
    await settle(product);
    const newerCommit = {
      commit: commitOf("2"),
      url: `https://github.com/acme/shop/commit/${commitOf("2")}`,
    };
    expect(await get(product, `approvals/${older}`)).toMatchObject({ status: "pending", newerCommit });
    const page = await get<ApprovalPage>(product, "approvals?status=pending");
    const told = page.items.map((item) => [item.commit, item.newerCommit]).sort();
    expect(told).toEqual([
      [commitOf("1"), newerCommit],
      [commitOf("2"), null],
    ]);
    const token = await product.bot();
    const reply = await supertest(product.app)
      .post(`/api/v1/approvals/${older}/decision`)
      .auth(token, { type: "bearer" })
      .send({ verdict: "approve" });
    expect(reply.body).toMatchObject({ status: "approved", newerCommit });
    expect(
      await product.database.query("select detail from audit_event where type = 'approval.flagged'"),
    ).toMatchObject([{ detail: { newerCommit: commitOf("2") } }]);
  });

  it("moves on to the newest", async () => {
    await using product = await startProduct({ trigger: { supersede: "flag" } });
    const older = await pushedApproval(product, first);
    await deliverPush(product, { commit: "3", before: "2", at: noon + 120 });
    await settle(product);
    await deliverPush(product, second);
    await settle(product);
    expect((await product.deps.approvals.find(older))?.newerCommit?.commit).toBe(commitOf("3"));
  });
});

describe("a newer push of a trigger that says nothing", () => {
  it("changes nothing, and owes nothing", async () => {
    await using product = await startProduct();
    const older = await pushedApproval(product, first);
    await pushedApproval(product, second);
    await settle(product);
    expect(await product.deps.approvals.find(older)).toMatchObject({ status: "pending", newerCommit: null });
    expect(
      await product.database.query("select 1 from approval where look_for_newer_at is not null"),
    ).toEqual([]);
  });
});
