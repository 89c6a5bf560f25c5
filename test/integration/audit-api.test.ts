import supertest from "supertest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AuditPage } from "../../src/contract/audit.ts";
import { startProduct, type Product } from "../support/product.ts";

let product: Product;
let id = "";

beforeAll(async () => {
  product = await startProduct();
  id = await product.approvalOf(await product.startExecution({ commit: "abc" }));
  await supertest(product.app)
    .post(`/api/v1/approvals/${id}/decision`)
    .auth(await product.bot(), { type: "bearer" })
    .send({ verdict: "reject", comment: "100 % not_ready" })
    .expect(200);
});

afterAll(() => product[Symbol.asyncDispose]());

async function events(query: string, token?: string) {
  return supertest(product.app)
    .get(`/api/v1/audit${query}`)
    .auth(token ?? (await product.bot("read")), { type: "bearer" });
}

describe("GET /api/v1/audit", () => {
  it("shows whoever may read the trail of one approval, newest first, page by page", async () => {
    const first = (await events(`?approval=${id}&limit=2`)).body as AuditPage;
    expect(first.items).toHaveLength(2);
    const second = (await events(`?approval=${id}&cursor=${first.nextCursor}`)).body as AuditPage;
    const all = [...first.items, ...second.items];
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_event, index) => all.length - index));
    expect(all.at(-1)).toMatchObject({ type: "approval.received", approvalId: id, stream: id });
    expect(second.nextCursor).toBeNull();
  });

  it.each([
    ["type=approval.decided", 1],
    // The comment stands in the vote and in the decision.
    ["q=NOT_READY", 2],
    ["q=notXready", 0],
    ["q=100%20%25%20not", 2],
    ["actor=release%20bot", 2],
    ["actor=release", 0],
    ["to=2020-01-01T00:00:00Z", 0],
  ])("finds by %s", async (query, count) => {
    const { items } = (await events(`?approval=${id}&${query}`)).body as AuditPage;
    expect(items).toHaveLength(count);
  });

  it("gives the whole trail to administrators alone, and nothing without the scope read", async () => {
    expect((await events("")).body).toMatchObject({ status: 403, code: "not_allowed" });
    expect((await events(`?approval=${id}`, await product.bot("decide"))).status).toBe(403);
    expect((await supertest(product.app).get("/api/v1/audit")).status).toBe(401);
  });

  it("refuses what is no cursor, no approval and no time", async () => {
    for (const query of [`approval=${id}&cursor=abc`, "from=yesterday", "approval=1", "x=1"])
      expect((await events(`?${query}`)).body).toMatchObject({ code: "invalid" });
  });
});
