import supertest from "supertest";
import { describe, expect, it } from "vitest";
import type { ApprovalDetail } from "../../src/contract/approval.ts";
import { as, person } from "../support/people.ts";
import { startProduct, type Product } from "../support/product.ts";

const approve = { verdict: "approve" };

async function opened(product: Product, input: object = {}) {
  const admin = as(product, await person(product, "root@example.org", "administrator"));
  const id = await product.approvalOf(await product.startExecution(input));
  const bob = await person(product, "bob@example.org");
  const see = async () => (await admin.get(`/approvals/${id}`)).body as ApprovalDetail;
  const voteAs = async (who: { cookie: string }) =>
    (await as(product, who).post(`/approvals/${id}/decision`, approve).expect(200)).body as ApprovalDetail;
  return { admin, id, bob, see, voteAs };
}

const namesOf = ({ decision }: ApprovalDetail) => decision?.decidedBy.map(({ name }) => name).sort();

describe("earlier votes are judged again when votes are counted", () => {
  it.each([
    ["taken out of the team", (id: string) => ["delete", `/teams/security/members/${id}`] as const, null],
    [
      "made viewer",
      (id: string) => ["patch", `/users/${id}`, { role: "viewer" }] as const,
      "the role is viewer now",
    ],
    ["deactivated", (id: string) => ["patch", `/users/${id}`, { isActive: false }] as const, "deactivated"],
  ])(
    "of somebody who was %s since, who fills no seat any more",
    async (_what, change, why) => {
      await using product = await startProduct({
        policies: [{ name: "p", required: 2, groups: [{ team: "security" }] }],
      });
      const { admin, bob, see, voteAs } = await opened(product);
      await admin.post("/teams", { name: "security" }).expect(201);
      const sec = await person(product, "sec@example.org", "reviewer", ["security"]);
      await voteAs(sec);
      const [method, path, body] = change(sec.id);
      await admin[method](path, body);
      const approvals = why === null ? 1 : 2;
      expect((await see()).standing?.needed).toMatchObject({ approvals, groups: [{ have: 0, missing: 1 }] });
      expect((await voteAs(bob)).status).toBe("pending");
      expect((await see()).votes[0]).toMatchObject({ replaced: false, noLongerCounts: why });
      const other = await person(product, "other@example.org", "reviewer", ["security"]);
      const decided = await voteAs(other);
      expect(decided.status).toBe("approved");
      expect(namesOf(decided)).toEqual(why === null ? ["bob", "other", "sec"] : ["bob", "other"]);
      const [event] = await product.database.query<{ detail: object }>(
        "select detail from audit_event where type = 'approval.decided'",
      );
      expect(event?.detail).toMatchObject({
        decidedBy: decided.decision?.decidedBy,
        ...(why === null ? {} : { notCounted: [{ actor: { name: "sec" }, why }] }),
      });
    },
    60_000,
  );

  it("of somebody who turns out to be the commit's author", async () => {
    await using product = await startProduct({ policies: [{ name: "p", required: 2 }] });
    const { admin, bob, see, voteAs } = await opened(product, {
      approval: { people: { author: ["eve@home.example"] } },
    });
    const eve = await person(product, "eve@example.org");
    await voteAs(eve);
    await admin.put(`/users/${eve.id}/identities`, { emails: ["eve@home.example"], logins: [] }).expect(200);
    expect((await see()).votes[0]?.noLongerCounts).toBe("excluded as author of the commit");
    expect(await voteAs(bob)).toMatchObject({ status: "pending", progress: { have: 1, required: 2 } });
  });

  it("when a window opens: who approved ahead and is deactivated since does not decide; activated again, they do", async () => {
    await using product = await startProduct({
      policies: [
        {
          name: "hours",
          windows: [{ days: ["mon"], from: "14:10", to: "18:00", timeZone: "Europe/Berlin" }],
          approveAhead: true,
        },
      ],
    });
    const { admin, see, voteAs } = await opened(product);
    const ada = await person(product, "ada@example.org");
    expect((await voteAs(ada)).standing?.awaitsWindow).toBe(true);
    await admin.patch(`/users/${ada.id}`, { isActive: false }).expect(200);
    await product.moveClock(11 * 60_000);
    await product.pass(5_000);
    expect(await see()).toMatchObject({ status: "pending", votes: [{ noLongerCounts: "deactivated" }] });
    await admin.patch(`/users/${ada.id}`, { isActive: true }).expect(200);
    await product.passUntil(async () => (await see()).status === "approved", 60_000);
    expect(namesOf(await see())).toEqual(["ada"]);
  });

  it("of a bot whose holder is deactivated, or which is revoked", async () => {
    await using product = await startProduct({ policies: [{ name: "p", required: 3 }] });
    const { admin, id, bob, see, voteAs } = await opened(product);
    const ex = await person(product, "ex@example.org", "administrator");
    const made = await as(product, ex).post("/tokens", { name: "theirs", scopes: ["read", "decide"] });
    const other = await product.botWith({ name: "nobody's" });
    for (const secret of [(made.body as { secret: string }).secret, other.text])
      await supertest(product.app)
        .post(`/api/v1/approvals/${id}/decision`)
        .auth(secret, { type: "bearer" })
        .send(approve)
        .expect(200);
    expect((await see()).progress).toEqual({ have: 2, required: 3 });
    await admin.patch(`/users/${ex.id}`, { isActive: false }).expect(200);
    await admin.post(`/tokens/${other.id}/revoke`, {}).expect(200);
    const { status, votes, progress } = await voteAs(bob);
    expect([status, progress]).toEqual(["pending", { have: 1, required: 3 }]);
    expect(votes.map(({ noLongerCounts }) => noLongerCounts)).toEqual([
      "of its holder: deactivated",
      "its token is revoked",
      null,
    ]);
  });
});
