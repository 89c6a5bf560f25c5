import supertest from "supertest";
import { describe, expect, it } from "vitest";
import { as, person } from "../support/people.ts";
import { startProduct } from "../support/product.ts";

describe("a bot whose secret was shown to a person", () => {
  it("may no more than that person may now, at once; secrets of the command line are not touched", async () => {
    await using product = await startProduct();
    const admin = as(product, await person(product, "root@example.org", "administrator"));
    const ex = await person(product, "ex@example.org", "administrator");
    const id = await product.approvalOf(await product.startExecution({}));
    const scopes = ["read", "decide", "admin"];
    const made = await as(product, ex).post("/tokens", { name: "back door", scopes }).expect(201);
    const { secret, token } = made.body as { secret: string; token: { id: string } };
    const nobodys = await product.bot("read", "decide", "admin");
    const get = (path: string, bearer = secret) =>
      supertest(product.app).get(`/api/v1${path}`).auth(bearer, { type: "bearer" });
    const vote = () =>
      supertest(product.app)
        .post(`/api/v1/approvals/${id}/decision`)
        .auth(secret, { type: "bearer" })
        .send({ verdict: "approve" });
    const change = (what: object) => admin.patch(`/users/${ex.id}`, what).expect(200);

    expect((await get("/tokens")).status).toBe(200);
    await change({ role: "reviewer" });
    const refused = await get("/tokens");
    expect(refused.body).toMatchObject({ status: 403, code: "not_allowed" });
    expect((refused.body as { detail: string }).detail).toMatch(/^ex, to whom .* scope admin any more/);
    expect((await get("/approvals")).status).toBe(200);

    await change({ role: "viewer" });
    expect((await vote()).body).toMatchObject({ status: 403, code: "not_allowed" });
    expect((await get("/approvals")).status).toBe(200);

    await change({ isActive: false });
    expect((await get("/approvals")).status).toBe(401);
    expect((await get("/tokens", nobodys)).status).toBe(200);
    const list = (await admin.get("/tokens")).body as { items: { id: string; secrets: object[] }[] };
    expect(list.items.find((each) => each.id === token.id)?.secrets).toMatchObject([
      { holder: { id: ex.id, name: "ex", isActive: false } },
    ]);

    const rotated = await admin.post(`/tokens/${token.id}/rotate`, { overlapSeconds: 0 }).expect(200);
    expect((await get("/tokens", (rotated.body as { secret: string }).secret)).status).toBe(200);
  });

  it("works again once they are activated again", async () => {
    await using product = await startProduct({ workers: false });
    const admin = as(product, await person(product, "root@example.org", "administrator"));
    const ex = await person(product, "ex@example.org", "administrator");
    const made = await as(product, ex).post("/tokens", { name: "theirs", scopes: ["read"] });
    const ask = () =>
      supertest(product.app)
        .get("/api/v1/approvals")
        .auth((made.body as { secret: string }).secret, { type: "bearer" });
    await admin.patch(`/users/${ex.id}`, { isActive: false }).expect(200);
    expect((await ask()).status).toBe(401);
    await admin.patch(`/users/${ex.id}`, { isActive: true }).expect(200);
    expect((await ask()).status).toBe(200);
  });
});
