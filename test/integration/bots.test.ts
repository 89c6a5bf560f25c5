import supertest from "supertest";
import { describe, expect, it } from "vitest";
import { noLimits } from "../../src/domain/actor.ts";
import { startProduct, type Product } from "../support/product.ts";
import { signedIn } from "../support/signed-in.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

interface Token {
  id: string;
  status: string;
  secrets: { endsAt: string | null }[];
  lastUsedAt: string | null;
}
interface Made {
  status: number;
  body: { secret: string; token: Token };
}

function as(product: Product, token: string) {
  const call = (request: supertest.Test) => request.auth(token, { type: "bearer" });
  return {
    get: (path: string) => call(supertest(product.app).get(path)),
    post: (path: string, body: object = {}) => call(supertest(product.app).post(path)).send(body),
  };
}

async function administrator(product: Product) {
  const { cookie } = await signedIn(product, "administrator", "Ada");
  return {
    get: (path: string) => supertest(product.app).get(path).set("cookie", cookie),
    post: async (path: string, body: object = {}) =>
      (await supertest(product.app).post(path).set("cookie", cookie).send(body)) as unknown as Made,
  };
}

const statusWith = async (product: Product, secret: string) =>
  (await as(product, secret).get("/api/v1/me")).status;

describe("making tokens over the API", () => {
  it("an administrator makes one; its secret is shown once, works, and is kept as a hash alone", async () => {
    await using product = await startProduct({ workers: false });
    const ada = await administrator(product);
    const made = await ada.post("/api/v1/tokens", {
      name: "release bot",
      scopes: ["read", "decide"],
      activities: ["po-*"],
      repositories: ["acme/*"],
      verdict: "reject",
      expiresInSeconds: 3600,
    });
    expect(made.status).toBe(201);
    expect(made.body.token).toMatchObject({
      name: "release bot",
      status: "live",
      activities: ["po-*"],
      repositories: ["acme/*"],
      verdict: "reject",
      createdBy: { kind: "person", name: "Ada" },
      expiresAt: new Date(product.deps.clock.now().getTime() + hourMs).toISOString(),
    });
    expect(await statusWith(product, made.body.secret)).toBe(200);
    const list = await ada.get("/api/v1/tokens");
    expect(list.text).not.toContain(made.body.secret);
    expect(list.body).toMatchObject({ items: [{ name: "release bot", secrets: [{ endsAt: null }] }] });
    await product.moveClock(hourMs);
    expect(await statusWith(product, made.body.secret)).toBe(401);
    expect((await ada.get("/api/v1/tokens")).body).toMatchObject({
      items: [{ status: "expired", secrets: [] }],
    });
  });

  it("a name that lives is taken, whatever its case; it is free again once its bot has ended", async () => {
    await using product = await startProduct({ workers: false });
    const ada = await administrator(product);
    const make = (name: string) => ada.post("/api/v1/tokens", { name, scopes: ["read"] });
    const both = await Promise.all([make("Deploy%"), make("deploy%")]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 422]);
    expect((await make("DEPLOY%")).body).toMatchObject({ code: "invalid", errors: [{ field: "name" }] });
    expect((await make("deployX")).status).toBe(201);
    const { id } = both.find(({ status }) => status === 201)?.body.token ?? { id: "" };
    expect((await ada.post(`/api/v1/tokens/${id}/revoke`)).status).toBe(200);
    expect((await make("deploy%")).status).toBe(201);
  });

  it.each([
    ["members nobody knows", { id: crypto.randomUUID() }, "id"],
    ["another maker", { createdBy: { kind: "person" } }, "createdBy"],
    ["a hash", { hash: "00" }, "hash"],
    ["limits as the database has them", { limits: { activityArns: null } }, "limits"],
    ["no scope", { scopes: [] }, "scopes"],
    ["a scope that does not exist", { scopes: ["root"] }, "scopes.0"],
    ["a list of nothing", { repositories: [] }, "repositories"],
    ["admin within limits", { scopes: ["admin"], repositories: ["acme/*"] }, "scopes"],
    ["a verdict without decide", { scopes: ["read"], verdict: "reject" }, "verdict"],
    ["a name of white space", { name: " " }, "name"],
    ["an end that has passed", { expiresInSeconds: -1 }, "expiresInSeconds"],
  ])("%s: 422, named, and nothing is made", async (_name, members, field) => {
    await using product = await startProduct({ workers: false });
    const ada = await administrator(product);
    const body = { name: "bot", scopes: ["read", "decide"], ...members };
    expect((await ada.post("/api/v1/tokens", body)).body).toMatchObject({
      code: "invalid",
      errors: [{ field }],
    });
    expect(await product.database.query("select id from api_token")).toEqual([]);
  });
});

describe("a bot with the scope admin", () => {
  it("makes bots that have no more than itself", async () => {
    await using product = await startProduct({ workers: false });
    const expiresAt = new Date(product.deps.clock.now().getTime() + dayMs);
    const { text } = await product.botWith({
      name: "warden",
      scopes: ["admin", "decide"],
      limits: { ...noLimits, verdicts: ["reject"] },
      expiresAt,
    });
    const warden = as(product, text);
    let count = 0;
    const make = async (members: object) => {
      const body = {
        name: `bot ${(count += 1)}`,
        scopes: ["decide"],
        verdict: "reject",
        expiresInSeconds: 3600,
      };
      const reply = await warden.post("/api/v1/tokens", { ...body, ...members });
      return [reply.status, (reply.body as { code?: string }).code];
    };
    expect(await make({})).toEqual([201, undefined]);
    expect(await make({ scopes: ["decide", "read"] })).toEqual([403, "not_allowed"]);
    expect(await make({ scopes: ["admin", "decide"] })).toEqual([403, "not_allowed"]);
    expect(await make({ verdict: undefined })).toEqual([403, "not_allowed"]);
    expect(await make({ verdict: "approve" })).toEqual([403, "not_allowed"]);
    expect(await make({ expiresInSeconds: undefined })).toEqual([403, "not_allowed"]);
    expect(await make({ expiresInSeconds: 2 * 24 * 3600 })).toEqual([403, "not_allowed"]);
  });

  it("gets no secret of a bot that it has not made, may end any, and takes what it has made along", async () => {
    await using product = await startProduct({ workers: false });
    const decider = await product.botWith({ name: "decider" });
    const first = await product.botWith({ name: "warden", scopes: ["admin", "read"] });
    const warden = as(product, first.text);
    expect((await warden.post(`/api/v1/tokens/${decider.id}/rotate`)).body).toMatchObject({
      code: "not_allowed",
    });
    expect((await warden.post(`/api/v1/tokens/${first.id}/rotate`)).body).toMatchObject({
      code: "not_allowed",
    });
    expect((await warden.post(`/api/v1/tokens/${decider.id}/revoke`)).status).toBe(200);
    expect(await statusWith(product, decider.text)).toBe(401);
    const made = (await warden.post("/api/v1/tokens", { name: "own", scopes: ["read"] })) as unknown as Made;
    const own = (await warden.post(`/api/v1/tokens/${made.body.token.id}/rotate`)) as unknown as Made;
    expect(await statusWith(product, own.body.secret)).toBe(200);
    const ada = await administrator(product);
    await ada.post(`/api/v1/tokens/${first.id}/revoke`);
    for (const secret of [first.text, made.body.secret, own.body.secret])
      expect(await statusWith(product, secret)).toBe(401);
  });

  it("neither reads approvals nor decides with it alone, and reads the whole audit trail with read", async () => {
    await using product = await startProduct({ workers: false });
    const admin = as(product, await product.bot("admin"));
    expect((await admin.get("/api/v1/approvals")).status).toBe(403);
    expect((await admin.get("/api/v1/audit")).status).toBe(403);
    expect((await admin.post("/api/v1/decisions", { commit: "a", verdict: "approve" })).status).toBe(403);
    expect((await as(product, await product.bot("admin", "read")).get("/api/v1/audit")).status).toBe(200);
    expect((await as(product, await product.bot("read")).get("/api/v1/audit")).status).toBe(403);
  });
});

describe("rotation", () => {
  it("the old secret stays good for the overlap, a day unless told otherwise, then ends; it is one bot", async () => {
    await using product = await startProduct({ workers: false });
    const ada = await administrator(product);
    const bot = await product.botWith({});
    const rotated = await ada.post(`/api/v1/tokens/${bot.id}/rotate`);
    expect(rotated.body.token.secrets).toMatchObject([
      { endsAt: null },
      { endsAt: new Date(product.deps.clock.now().getTime() + dayMs).toISOString() },
    ]);
    const ids = await Promise.all(
      [bot.text, rotated.body.secret].map(
        async (secret) => (await as(product, secret).get("/api/v1/me")).body as Token,
      ),
    );
    expect(ids.map(({ id }) => id)).toEqual([bot.id, bot.id]);
    await product.moveClock(dayMs - 1);
    expect(await statusWith(product, bot.text)).toBe(200);
    await product.moveClock(1);
    expect(await statusWith(product, bot.text)).toBe(401);
    expect(await statusWith(product, rotated.body.secret)).toBe(200);
  });

  it("without overlap the old secrets end at once, even those that had longer", async () => {
    await using product = await startProduct({ workers: false });
    const ada = await administrator(product);
    const bot = await product.botWith({});
    const second = await ada.post(`/api/v1/tokens/${bot.id}/rotate`, { overlapSeconds: 7200 });
    const third = await ada.post(`/api/v1/tokens/${bot.id}/rotate`, { overlapSeconds: 0 });
    expect(await statusWith(product, bot.text)).toBe(401);
    expect(await statusWith(product, second.body.secret)).toBe(401);
    expect(await statusWith(product, third.body.secret)).toBe(200);
  });

  it("four secrets are good at once at most, also when many rotate at the same moment", async () => {
    await using product = await startProduct({ workers: false });
    const ada = await administrator(product);
    const bot = await product.botWith({});
    const replies = await Promise.all(
      Array.from({ length: 6 }, () => ada.post(`/api/v1/tokens/${bot.id}/rotate`)),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 200, 200, 422, 422, 422]);
    await product.moveClock(dayMs);
    expect((await ada.post(`/api/v1/tokens/${bot.id}/rotate`)).status).toBe(200);
  });

  it("neither revives a bot that has ended nor finds one that never was", async () => {
    await using product = await startProduct({ workers: false });
    const ada = await administrator(product);
    const bot = await product.botWith({});
    await ada.post(`/api/v1/tokens/${bot.id}/revoke`);
    expect((await ada.post(`/api/v1/tokens/${bot.id}/rotate`)).body).toMatchObject({ code: "invalid" });
    for (const id of [crypto.randomUUID(), "x"])
      for (const what of ["rotate", "revoke"])
        expect((await ada.post(`/api/v1/tokens/${id}/${what}`)).status).toBe(404);
  });
});

describe("revocation", () => {
  it("takes effect with the next request, on every server, and doing it again changes nothing", async () => {
    await using product = await startProduct({ workers: false });
    const ada = await administrator(product);
    const bot = await product.botWith({});
    expect(await statusWith(product, bot.text)).toBe(200);
    const first = await ada.post(`/api/v1/tokens/${bot.id}/revoke`);
    expect(await statusWith(product, bot.text)).toBe(401);
    await product.moveClock(hourMs);
    expect((await ada.post(`/api/v1/tokens/${bot.id}/revoke`)).body).toEqual(first.body);
  });

  it("by the database alone, as another process would: nothing is kept in memory", async () => {
    await using product = await startProduct({ workers: false });
    const bot = await product.botWith({});
    expect(await statusWith(product, bot.text)).toBe(200);
    await product.database.query("update api_token set revoked_at = now()");
    expect(await statusWith(product, bot.text)).toBe(401);
  });
});

it("each change is an event in the chain of the token, and names who made it", async () => {
  await using product = await startProduct({ workers: false });
  const ada = await administrator(product);
  const { token } = (await ada.post("/api/v1/tokens", { name: "bot", scopes: ["read"] })).body;
  await ada.post(`/api/v1/tokens/${token.id}/rotate`);
  await ada.post(`/api/v1/tokens/${token.id}/revoke`);
  await ada.post(`/api/v1/tokens/${token.id}/revoke`);
  const rows = await product.database.query(
    "select seq, type, actor ->> 'name' as actor from audit_event where stream = $1 order by seq",
    [`token:${token.id}`],
  );
  expect(rows).toEqual([
    { seq: 1, type: "token.created", actor: "Ada" },
    { seq: 2, type: "token.rotated", actor: "Ada" },
    { seq: 3, type: "token.revoked", actor: "Ada" },
  ]);
});

it("the last use is kept to the minute, for each secret", async () => {
  await using product = await startProduct({ workers: false });
  const ada = await administrator(product);
  const bot = await product.botWith({});
  const lastUse = async () =>
    ((await ada.get("/api/v1/tokens")).body as { items: Token[] }).items[0]?.lastUsedAt ?? null;
  expect(await lastUse()).toBeNull();
  const used = product.deps.clock.now().toISOString();
  await statusWith(product, bot.text);
  await product.moveClock(59_000);
  await statusWith(product, bot.text);
  expect(await lastUse()).toBe(used);
  await product.moveClock(2_000);
  await statusWith(product, bot.text);
  expect(await lastUse()).toBe(product.deps.clock.now().toISOString());
});
