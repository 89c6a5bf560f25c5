import supertest from "supertest";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { as, person, toldOf } from "../support/people.ts";
import {
  providerClient,
  startIdentityProvider,
  type IdentityProvider,
  type ProviderClaims,
} from "../support/identity-provider.ts";
import { callback, comeBack, cookieOf, goToProvider, type Jar } from "../support/oidc-browser.ts";
import { startProduct, type Product } from "../support/product.ts";

let provider: IdentityProvider;
let product: Product;

function settings(issuer: string, more: object = {}) {
  return {
    oidc: [
      {
        ...{ id: "company", label: "Sign in with Acme", issuer, ...providerClient },
        scopes: ["profile", "email", "groups"],
        loginClaim: "preferred_username",
        roles: { admins: "administrator", developers: "reviewer" },
        teams: { "acme security": "security", developers: ["release", "web"] },
        ...more,
      },
    ],
  };
}

beforeAll(async () => {
  provider = await startIdentityProvider([callback]);
  product = await startProduct({ workers: false, signIn: settings(provider.issuer) });
});
afterAll(async () => {
  await product[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
});
beforeEach(() => product.database.query("delete from rate_limit"));

/** The whole way; returns where it ends and the session's cookie. */
async function signIn(who: ProviderClaims, on = product) {
  provider.person = who;
  const jar: Jar = new Map();
  const reply = await comeBack(on, jar, await goToProvider(on, jar, "/approvals?q=x"));
  return { to: reply.headers["location"] as string, status: reply.status, cookie: cookieOf(jar) };
}

const ada = {
  sub: "ada",
  email: "Ada@acme.example",
  email_verified: true,
  name: "Ada",
  groups: ["developers"],
};

describe("signing in by an identity provider", () => {
  it("the page is told which there are, without anything secret", async () => {
    const reply = await supertest(product.app).get("/api/v1/sign-in");
    expect(reply.body).toEqual({
      password: true,
      providers: [{ id: "company", label: "Sign in with Acme" }],
    });
  });

  it("makes the person, with role and teams by groups, and leads to the page that was asked for", async () => {
    const { to, cookie } = await signIn({ ...ada, preferred_username: "Ada-L" });
    expect(to).toBe("http://127.0.0.1:3000/approvals?q=x");
    const me = await as(product, { cookie }).get("/me");
    expect(me.body).toMatchObject({
      name: "Ada",
      email: "ada@acme.example",
      role: "reviewer",
      teams: ["release", "web"],
      identities: { emails: ["ada@acme.example"], logins: ["ada-l"] },
      hasPassword: false,
      mustChoosePassword: false,
    });
    const told = (await toldOf(product, "%")).filter(({ detail }) => detail["email"] === "ada@acme.example");
    expect(told.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["person.created", "person.role_changed", "team.member_added"]),
    );
    const [signedIn] = await toldOf(product, "person.signed_in");
    expect(signedIn).toMatchObject({ actor: { name: "Ada" }, detail: { how: "company" } });
  });

  it("sends state, nonce and PKCE along, and keeps no token of the provider", async () => {
    await signIn(ada);
    const sent = Object.fromEntries(provider.requests.at(-1) ?? []);
    expect(sent).toMatchObject({ code_challenge_method: "S256", redirect_uri: callback });
    for (const name of ["state", "nonce", "code_challenge"]) expect(sent[name]?.length).toBeGreaterThan(20);
    const tokens = await product.database.query(
      "select access_token, refresh_token, id_token from account where provider_id = 'company'",
    );
    expect(tokens).toEqual([{ access_token: null, refresh_token: null, id_token: null }]);
  });

  it("groups give and take at each sign-in; whom an administrator put into a team stays", async () => {
    const admin = await person(product, "root@example.org", "administrator");
    const first = await signIn({ ...ada, groups: ["admins", "acme security"] });
    expect((await as(product, first).get("/me")).body).toMatchObject({
      role: "administrator",
      teams: ["security"],
    });
    await as(product, admin).post("/teams", { name: "by-hand" });
    await as(product, admin).put("/teams/by-hand/members/ada@acme.example");
    const second = await signIn({ ...ada, groups: ["developers"] });
    expect((await as(product, second).get("/me")).body).toMatchObject({
      role: "reviewer",
      teams: ["by-hand", "release", "web"],
    });
    // The role is the person's, not the session's: the older session has lost it too.
    expect((await as(product, first).get("/users")).status).toBe(403);
  });

  it("refuses whoever is in no group with a role, makes nobody, and says so in the trail", async () => {
    const { to } = await signIn({
      sub: "eve",
      email: "eve@acme.example",
      email_verified: true,
      groups: ["guests"],
    });
    expect(new URL(to).pathname).toBe("/sign-in");
    expect(new URL(to).searchParams.get("error")).toBe("no_group");
    expect(await product.database.query(`select id from "user" where email like 'eve@%'`)).toEqual([]);
    expect((await toldOf(product, "person.sign_in_refused")).at(-1)?.detail).toMatchObject({
      reason: "no_group",
    });
  });

  it("who has lost every group loses role, teams and open sessions when they come again", async () => {
    const bob = { sub: "bob", email: "bob@acme.example", email_verified: true, groups: ["developers"] };
    const first = await signIn(bob);
    expect((await as(product, first).get("/me")).status).toBe(200);
    expect((await signIn({ ...bob, groups: [] })).to).toContain("error=no_group");
    expect((await as(product, first).get("/me")).status).toBe(401);
    const [row] = await product.database.query(
      `select role, (select count(*)::int from team_member where user_id = person.id) as teams from "user" as person where email = $1`,
      [bob.email],
    );
    expect(row).toEqual({ role: "viewer", teams: 0 });
  });

  it("a deactivated person stays out", async () => {
    const cyd = { sub: "cyd", email: "cyd@acme.example", email_verified: true, groups: ["developers"] };
    await signIn(cyd);
    await product.database.query(`update "user" set deactivated_at = now() where email = $1`, [cyd.email]);
    const { to, cookie } = await signIn(cyd);
    expect(to).toContain("error=deactivated");
    expect((await as(product, { cookie }).get("/me")).status).toBe(401);
  });
});

describe("linking to a person who is there already", () => {
  it("happens by an address that both sides have checked", async () => {
    const fay = await person(product, "fay@acme.example");
    const { cookie } = await signIn({
      sub: "fay",
      email: "Fay@acme.example",
      email_verified: true,
      groups: ["developers"],
    });
    const me = (await as(product, { cookie }).get("/me")).body as object;
    // The one-time password that waited for her is void: she needs none.
    expect(me).toMatchObject({ id: fay.id, role: "reviewer", hasPassword: false, mustChoosePassword: false });
    expect((await toldOf(product, "person.provider_linked")).at(-1)?.detail).toMatchObject({
      personId: fay.id,
      provider: "company",
    });
  });

  it.each([
    ["the provider has not checked", { email_verified: false }],
    ["the provider says nothing about", {}],
  ])("never by an address that %s", async (_why, claims) => {
    const email = `gus-${Object.keys(claims).length}@acme.example`;
    const gus = await person(product, email, "administrator");
    const { to, cookie } = await signIn({ sub: email, email, ...claims, groups: ["developers"] });
    expect(new URL(to).searchParams.get("error")).toBe("account_not_linked");
    expect((await as(product, { cookie }).get("/me")).status).toBe(401);
    const accounts = await product.database.query("select provider_id from account where user_id = $1", [
      gus.id,
    ]);
    expect(accounts).toEqual([{ provider_id: "credential" }]);
  });

  it("nobody waits with an unchecked address for its owner: the owner is not linked to that person", async () => {
    const squatter = {
      sub: "squatter",
      email: "hal@acme.example",
      email_verified: false,
      groups: ["developers"],
    };
    expect((await signIn(squatter)).to).not.toContain("error");
    const owner = await signIn({ ...squatter, sub: "hal", email_verified: true });
    expect(owner.to).toContain("error=account_not_linked");
  });
});

describe("attacks on the way back", () => {
  it("session fixation: a session from before, and one that somebody planted, are not the one that is opened", async () => {
    const planted = await person(product, "planted@example.org");
    provider.person = ada;
    const jar: Jar = new Map([planted.cookie.split("=") as [string, string]]);
    await comeBack(product, jar, await goToProvider(product, jar));
    expect(cookieOf(jar)).not.toContain(planted.cookie);
    expect((await as(product, { cookie: cookieOf(jar) }).get("/me")).body).toMatchObject({ name: "Ada" });
  });

  it("login CSRF: an answer of the provider opens nothing in a browser that did not ask for it", async () => {
    provider.person = ada;
    const attackers: Jar = new Map();
    const address = await goToProvider(product, attackers);
    const victims: Jar = new Map();
    const reply = await comeBack(product, victims, address);
    expect(reply.headers["location"]).toContain("error=");
    expect([...victims.keys()]).not.toContain("countersign.session_token");
  });

  it("an answer is good once, and a made-up state or code opens nothing", async () => {
    provider.person = ada;
    const jar: Jar = new Map();
    const address = await goToProvider(product, jar);
    const before = new Map(jar);
    expect((await comeBack(product, jar, address)).headers["location"]).not.toContain("error");
    expect((await comeBack(product, before, address)).headers["location"]).toContain("error=");
    const other: Jar = new Map();
    const forged = await goToProvider(product, other);
    forged.searchParams.set("code", "made-up");
    expect((await comeBack(product, other, forged)).headers["location"]).toContain("error=");
  });

  it("only a page of ours is led to, only configured providers are asked, and nothing else is taken along", async () => {
    const begin = (body: object) =>
      supertest(product.app)
        .post("/api/auth/sign-in/social")
        .set("origin", "http://127.0.0.1:3000")
        .send(body);
    for (const to of ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
      expect((await begin({ provider: "company", to })).status).toBe(422);
    expect((await begin({ provider: "company", idToken: { token: "x" } })).status).toBe(422);
    expect((await begin({ provider: "company", callbackURL: "https://evil.example" })).status).toBe(422);
    expect((await begin({ provider: "github" })).status).toBe(404);
    expect((await supertest(product.app).get("/api/auth/callback/github?code=x&state=y")).status).toBe(404);
    const foreign = supertest(product.app)
      .post("/api/auth/sign-in/social")
      .set("origin", "https://evil.example");
    expect((await foreign.send({ provider: "company" })).status).toBe(403);
  });
});

describe("providers of every kind", () => {
  it("claims that stand in userinfo alone count too; without roles in the file, roles are given here", async () => {
    await using plain = await startIdentityProvider([callback], { claimsInIdToken: false });
    const signInPart = settings(plain.issuer, { roles: {}, emailsAreVerified: true });
    await using other = await startProduct({ workers: false, signIn: signInPart });
    const before = provider;
    provider = plain;
    try {
      const ida = { sub: "ida", email: "ida@acme.example", name: "Ida", groups: ["acme security"] };
      const { cookie } = await signIn(ida, other);
      const me = await as(other, { cookie }).get("/me");
      expect(me.body).toMatchObject({ name: "Ida", role: "viewer", teams: ["security"] });
      await other.database.query(`update "user" set role = 'reviewer'`);
      const again = await signIn(ida, other);
      expect((await as(other, again).get("/me")).body).toMatchObject({ role: "reviewer" });
    } finally {
      provider = before;
    }
  });

  it("one that is away is 503, hurts nobody else, and is used as soon as it is there", async () => {
    const away = await startIdentityProvider([callback]);
    const { issuer } = away;
    await away[Symbol.asyncDispose]();
    await using other = await startProduct({ workers: false, signIn: settings(issuer) });
    const begin = () =>
      supertest(other.app)
        .post("/api/auth/sign-in/social")
        .set("origin", "http://127.0.0.1:3000")
        .send({ provider: "company" });
    expect((await begin()).body).toMatchObject({ status: 503, code: "unavailable" });
    expect((await other.people.ensureAdministrator("a@example.org"))?.email).toBe("a@example.org");
    await using back = await startIdentityProvider([callback], { port: Number(new URL(issuer).port) });
    expect(back.issuer).toBe(issuer);
    expect((await begin()).status).toBe(200);
  });

  it("with passwords switched off, nobody signs in with one", async () => {
    await using other = await startProduct({
      workers: false,
      signIn: { ...settings(provider.issuer), password: false },
    });
    const made = await other.people.ensureAdministrator("a@example.org");
    const reply = await supertest(other.app)
      .post("/api/auth/sign-in/email")
      .send({ email: made?.email, password: made?.oneTimePassword });
    expect(reply.status).toBe(404);
  });
});
