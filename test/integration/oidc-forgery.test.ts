import supertest from "supertest";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startForgingProvider, type Forgery } from "../support/forging-provider.ts";
import { as } from "../support/people.ts";
import { startProduct, type Product } from "../support/product.ts";

let provider: Awaited<ReturnType<typeof startForgingProvider>>;
let product: Product;

beforeAll(async () => {
  provider = await startForgingProvider("countersign");
  const company = { id: "company", issuer: provider.issuer, clientId: "countersign", clientSecret: "secret" };
  const roles = { developers: "reviewer" };
  product = await startProduct({
    workers: false,
    signIn: { oidc: [{ ...company, roles, withoutRole: "viewer" }] },
  });
});
afterAll(async () => {
  await product[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
});
beforeEach(() => product.database.query("delete from rate_limit"));

/** The whole way, as a browser goes it; returns where it ends, and the cookies. */
async function signIn(forgery: Forgery) {
  const begun = await supertest(product.app)
    .post("/api/auth/sign-in/social")
    .set("origin", "http://127.0.0.1:3000")
    .send({ provider: "company" });
  const asked = new URL((begun.body as { url: string }).url).searchParams;
  const cookies = (reply: { headers: Record<string, unknown> }) =>
    ((reply.headers["set-cookie"] as string[] | undefined) ?? [])
      .map((each) => each.split(";")[0])
      .join("; ");
  Object.assign(provider.next, { nonce: asked.get("nonce") ?? "", forgery });
  const query = new URLSearchParams({ code: "a code", state: asked.get("state") ?? "" });
  const reply = await supertest(product.app)
    .get(`/api/auth/callback/company?${query.toString()}`)
    .set("cookie", cookies(begun));
  return { to: reply.headers["location"] as string, cookie: cookies(reply) };
}

const hourAgo = () => Math.floor(Date.now() / 1000) - 3600;

describe("what a provider, or somebody between, may send", () => {
  it("an id token that is right opens a session", async () => {
    const { to, cookie } = await signIn({});
    expect(to).toBe("http://127.0.0.1:3000/");
    expect((await as(product, { cookie }).get("/me")).body).toMatchObject({ name: "Ada", role: "viewer" });
  });

  it.each<[string, () => Forgery]>([
    ["signed by a key that is not the provider's", () => ({ withForeignKey: true })],
    ["that nobody signed", () => ({ withoutSignature: true })],
    ["of another sign-in: its nonce is not ours", () => ({ claims: { nonce: "of somebody else" } })],
    ["without a nonce", () => ({ claims: { nonce: undefined } })],
    ["for another client", () => ({ claims: { aud: "another client" } })],
    ["of another issuer", () => ({ claims: { iss: "https://evil.example" } })],
    ["that has expired", () => ({ claims: { iat: hourAgo() - 60, exp: hourAgo() } })],
    ["without a subject", () => ({ claims: { sub: undefined } })],
    [
      "that is missing",
      () => ({ withoutIdToken: true, userinfo: { sub: "ada", email: "ada@acme.example" } }),
    ],
  ])("an id token %s opens none", async (_what, forgery) => {
    const { to, cookie } = await signIn(forgery());
    expect(to).toContain("/sign-in?");
    expect(to).toContain("error=");
    expect((await as(product, { cookie }).get("/me")).status).toBe(401);
  });

  it("userinfo about somebody else is not taken for this person", async () => {
    const userinfo = { sub: "administrator", groups: ["developers"] };
    const { cookie } = await signIn({ userinfo });
    expect((await as(product, { cookie }).get("/me")).body).toMatchObject({ name: "Ada", role: "viewer" });
    const own = await signIn({ userinfo: { ...userinfo, sub: "ada" } });
    expect((await as(product, own).get("/me")).body).toMatchObject({ role: "reviewer" });
  });
});
