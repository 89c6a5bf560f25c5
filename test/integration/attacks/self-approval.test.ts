import supertest from "supertest";
import { describe, expect, it } from "vitest";
import { startProduct, type Product } from "../../support/product.ts";
import { signedIn, type SignedIn } from "../../support/signed-in.ts";
import { voter } from "../../support/voters.ts";

/** An approval that Ada, an administrator, has asked for. */
async function askedForByAda(product: Product, commit = "c1") {
  const ada = await signedIn(product, "administrator", "Ada");
  const input = { approval: { requestedBy: "ADA@example.com", commit, repository: "acme/shop" } };
  return { ada, id: await product.approvalOf(await product.startExecution(input)) };
}

const post = (product: Product, { cookie }: SignedIn, path: string, body: object) =>
  supertest(product.app).post(path).set("cookie", cookie).send(body);

const postAsBot = (product: Product, token: string, path: string, body: object) =>
  supertest(product.app).post(path).auth(token, { type: "bearer" }).send(body);

async function tokenMadeBy(
  product: Product,
  maker: SignedIn,
  name: string,
): Promise<{ id: string; secret: string }> {
  const made = await post(product, maker, "/api/v1/tokens", { name, scopes: ["read", "decide"] });
  const { token, secret } = made.body as { token: { id: string }; secret: string };
  return { id: token.id, secret };
}

describe("self-approval by another path", () => {
  it.each([
    ["by the id in the path", (id: string) => `/api/v1/approvals/${id}/decision`, () => ({})],
    ["by the id in the body", () => "/api/v1/decisions", (id: string) => ({ approvalId: id })],
    ["by the commit", () => "/api/v1/decisions", () => ({ commit: "C1", repository: "acme/shop" })],
  ])("whoever asked for it is refused %s", async (_name, path, key) => {
    await using product = await startProduct();
    const { ada, id } = await askedForByAda(product);
    const reply = await post(product, ada, path(id), { ...key(id), verdict: "approve" });
    expect(reply.body).toMatchObject({ status: 403, code: "not_allowed" });
    expect((await product.deps.approvals.find(id))?.status).toBe("pending");
  });

  it("an administrator does not get round it with a bot of their own making, nor with a new secret of another's", async () => {
    await using product = await startProduct();
    const { ada, id } = await askedForByAda(product);
    const own = await tokenMadeBy(product, ada, "bot of Ada");
    const grace = await signedIn(product, "administrator", "Grace");
    const others = await tokenMadeBy(product, grace, "bot of Grace");
    const rotated = await post(product, ada, `/api/v1/tokens/${others.id}/rotate`, {});
    const { secret } = rotated.body as { secret: string };
    for (const mine of [own.secret, secret]) {
      const reply = await postAsBot(product, mine, `/api/v1/approvals/${id}/decision`, {
        verdict: "approve",
      });
      expect(reply.body).toMatchObject({
        code: "not_allowed",
        detail: expect.stringContaining("Ada") as string,
      });
    }
    const seen = await supertest(product.app)
      .get(`/api/v1/approvals/${id}`)
      .auth(own.secret, { type: "bearer" });
    expect(seen.body).toMatchObject({ may: { approve: false, reject: true } });
    const independent = await postAsBot(product, others.secret, `/api/v1/approvals/${id}/decision`, {
      verdict: "approve",
    });
    expect(independent.body).toMatchObject({ status: "approved" });
  });

  it("nor with a bot that a bot of their own has made", async () => {
    await using product = await startProduct();
    const { ada, id } = await askedForByAda(product);
    const made = await post(product, ada, "/api/v1/tokens", { name: "warden", scopes: ["admin", "decide"] });
    const { secret } = made.body as { secret: string };
    const second = await postAsBot(product, secret, "/api/v1/tokens", { name: "puppet", scopes: ["decide"] });
    const puppet = (second.body as { secret: string }).secret;
    const reply = await postAsBot(product, puppet, `/api/v1/approvals/${id}/decision`, {
      verdict: "approve",
    });
    expect(reply.body).toMatchObject({ code: "not_allowed" });
  });

  it("a person and the bots whose secrets they know are one voter of two", async () => {
    await using product = await startProduct({ policies: [{ name: "production", required: 2 }] });
    const id = await product.approvalOf(await product.startExecution());
    const ada = await signedIn(product, "administrator", "Ada");
    const [one, two] = [await tokenMadeBy(product, ada, "one"), await tokenMadeBy(product, ada, "two")];
    const path = `/api/v1/approvals/${id}/decision`;
    for (const { secret } of [one, two])
      expect((await postAsBot(product, secret, path, { verdict: "approve" })).body).toMatchObject({
        status: "pending",
      });
    expect((await post(product, ada, path, { verdict: "approve" })).body).toMatchObject({
      status: "pending",
    });
    const grace = await voter(product, "Grace");
    expect((await grace.vote(id, { verdict: "approve" })).body).toMatchObject({
      status: "approved",
      decision: { decidedBy: [{ name: "Ada" }, { name: "Grace" }] },
    });
  });

  it("a bot of the command line, whose secret nobody is known to know, counts beside a person", async () => {
    await using product = await startProduct({ policies: [{ name: "production", required: 2 }] });
    const id = await product.approvalOf(await product.startExecution());
    const path = `/api/v1/approvals/${id}/decision`;
    await postAsBot(product, await product.bot(), path, { verdict: "approve" });
    const grace = await voter(product, "Grace");
    expect((await grace.vote(id, { verdict: "approve" })).body.status).toBe("approved");
  });
});
