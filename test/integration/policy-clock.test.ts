import { describe, expect, it } from "vitest";
import { startProduct, type Product } from "../support/product.ts";
import { voter } from "../support/voters.ts";

const approve = { verdict: "approve" };
const minute = 60_000;

async function oneApproval(product: Product, input: object = {}) {
  const executionArn = await product.startExecution(input);
  return { executionArn, id: await product.approvalOf(executionArn) };
}

const statusOf = async (product: Product, id: string) =>
  (await product.database.query<{ status: string }>("select status from approval where id = $1", [id]))[0]
    ?.status;

/** The tests' clock begins on Monday, 1 June 2026, at 12:00 in UTC: 14:00 in Berlin. */
const afternoon = { days: ["mon"], from: "14:10", to: "18:00", timeZone: "Europe/Berlin" };

describe("a time window", () => {
  it("refuses approvals before it opens, says when it does, and takes rejections", async () => {
    await using product = await startProduct({ policies: [{ name: "hours", windows: [afternoon] }] });
    const { id } = await oneApproval(product);
    const ada = await voter(product, "Ada");
    const seen = await ada.see(id);
    expect(seen.may).toMatchObject({ approve: false, reject: true });
    expect(seen.standing).toMatchObject({ isOpen: false, opensAt: "2026-06-01T12:10:00.000Z" });
    expect(await ada.vote(id, approve)).toMatchObject({
      status: 403,
      body: { detail: "Outside the time window (policy hours). It opens at 2026-06-01T12:10:00.000Z." },
    });
    await product.moveClock(10 * minute);
    expect((await ada.vote(id, approve)).body.status).toBe("approved");
  });

  it("completes what was approved ahead at the instant when it opens, with what the vote handed over", async () => {
    await using product = await startProduct({
      policies: [{ name: "hours", windows: [afternoon], approveAhead: true }],
    });
    const { id, executionArn } = await oneApproval(product);
    const ada = await voter(product, "Ada");
    const ahead = await ada.vote(id, { ...approve, comment: "after lunch", output: { stage: 2 } });
    expect(ahead.body).toMatchObject({
      status: "pending",
      standing: { awaitsWindow: true, opensAt: "2026-06-01T12:10:00.000Z" },
    });
    await product.pass(9 * minute, 10_000);
    expect(await statusOf(product, id)).toBe("pending");
    await product.passUntil(async () => (await statusOf(product, id)) === "approved", 2 * minute);
    const { decision } = await ada.see(id);
    expect(decision).toMatchObject({
      verdict: "approve",
      comment: "after lunch",
      decidedBy: [{ name: "Ada" }],
    });
    expect(Date.parse(decision?.decidedAt ?? "") - Date.parse("2026-06-01T12:10:00Z")).toBeLessThan(3_000);
    await product.passUntil(
      async () => (await product.describe(executionArn)).status === "SUCCEEDED",
      minute,
    );
    expect(JSON.parse((await product.describe(executionArn)).output ?? "null")).toMatchObject({
      decision: "approved",
      output: { stage: 2 },
    });
  });

  it("takes no approval ahead that could not complete before the deadline, and says so; a rejection counts", async () => {
    await using product = await startProduct({
      state: { TimeoutSeconds: 600, HeartbeatSeconds: 60 },
      policies: [{ name: "hours", windows: [{ ...afternoon, from: "14:20" }], approveAhead: true }],
    });
    const { id } = await oneApproval(product);
    const ada = await voter(product, "Ada");
    const why =
      "No approval can complete any more: the time window opens at 2026-06-01T12:20:00.000Z, after the deadline (policy hours).";
    expect((await ada.see(id)).may).toMatchObject({ approve: false, reject: true, why });
    expect(await ada.vote(id, approve)).toMatchObject({ status: 403, body: { detail: why } });
    expect((await ada.vote(id, { verdict: "reject", comment: "no" })).body.status).toBe("rejected");
  });

  it("takes none either if Countersign rejects before the window opens", async () => {
    await using product = await startProduct({
      state: { TimeoutSeconds: 620, HeartbeatSeconds: 60 },
      policies: [
        {
          name: "hours",
          windows: [afternoon],
          approveAhead: true,
          onTimeout: { do: "reject", reason: "nobody looked in time" },
        },
      ],
    });
    const { id } = await oneApproval(product);
    expect((await (await voter(product, "Ada")).see(id)).may).toMatchObject({
      approve: false,
      why: "No approval can complete any more: the time window opens at 2026-06-01T12:10:00.000Z, after Countersign rejects it (policy hours).",
    });
  });

  it("stays shut in a freeze, whose reason is told", async () => {
    const freeze = {
      from: "2026-06-01",
      to: "2026-06-01",
      timeZone: "Europe/Berlin",
      reason: "the big sale",
    };
    await using product = await startProduct({ policies: [{ name: "hours", freezes: [freeze] }] });
    const { id } = await oneApproval(product);
    expect((await (await voter(product, "Ada")).see(id)).may.why).toBe(
      "Frozen: the big sale (policy hours). It opens at 2026-06-01T22:00:00.000Z.",
    );
  });
});

describe("as the deadline nears", () => {
  const state = { TimeoutSeconds: 600, HeartbeatSeconds: 60 };

  it("teams may stand in one after another, each told once in the audit trail", async () => {
    const escalate = [
      { at: 50, team: "leads" },
      { at: 80, team: "board" },
    ];
    await using product = await startProduct({
      state,
      policies: [{ name: "release", groups: [{ team: "release" }], onTimeout: { do: "escalate", escalate } }],
    });
    const { id } = await oneApproval(product);
    const lead = await voter(product, "Lead", { teams: ["leads"] });
    expect((await lead.see(id)).may.approve).toBe(false);
    expect((await lead.see(id)).standing?.escalations.map(({ team, isDue }) => [team, isDue])).toEqual([
      ["leads", false],
      ["board", false],
    ]);
    const escalated = () =>
      product.database.query(
        "select detail->>'team' as team, (detail->>'atPercent')::int as at from audit_event where type = 'approval.escalated' order by seq",
      );
    await product.pass(4.9 * minute, 6_000);
    expect(await escalated()).toEqual([]);
    await product.passUntil(async () => (await escalated()).length === 1, minute);
    expect((await lead.see(id)).standing).toMatchObject({
      whoCan: { teams: ["release", "leads"] },
      escalations: [{ isDue: true }, { isDue: false }],
    });
    expect(await escalated()).toEqual([{ team: "leads", at: 50 }]);
    await product.passUntil(async () => (await escalated()).length === 2, 4 * minute);
    // However often the policies are looked at afterwards.
    await product.pass(minute, 10_000);
    expect(await escalated()).toEqual([
      { team: "leads", at: 50 },
      { team: "board", at: 80 },
    ]);
    expect((await lead.vote(id, approve)).body.status).toBe("approved");
  });

  it("Countersign rejects with the policy's reason before Step Functions gives up", async () => {
    await using product = await startProduct({
      state,
      policies: [{ name: "p", onTimeout: { do: "reject", reason: "nobody looked in time" } }],
    });
    const { id, executionArn } = await oneApproval(product);
    const ada = await voter(product, "Ada");
    expect((await ada.see(id)).standing?.timeoutRejection).toMatchObject({ reason: "nobody looked in time" });
    await product.pass(9 * minute, 10_000);
    expect(await statusOf(product, id)).toBe("pending");
    await product.passUntil(async () => (await statusOf(product, id)) === "rejected", minute);
    expect((await ada.see(id)).decision).toMatchObject({
      decidedBy: [{ kind: "system", name: "Countersign" }],
      comment: "nobody looked in time",
    });
    await product.passUntil(async () => (await product.describe(executionArn)).status === "FAILED", minute);
    expect(await product.describe(executionArn)).toMatchObject({
      error: "RejectedByUser",
      cause: "nobody looked in time",
    });
  });
});
