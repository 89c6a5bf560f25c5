import supertest from "supertest";
import { describe, expect, it } from "vitest";
import { startProduct, type Product } from "../support/product.ts";

function get(product: Product, token: string, path: string) {
  return supertest(product.app).get(path).auth(token, { type: "bearer" });
}

function post(product: Product, token: string, path: string, body: string | object) {
  return supertest(product.app)
    .post(path)
    .auth(token, { type: "bearer" })
    .set("content-type", "application/json")
    .send(body);
}

/** Rows straight into the table: a list needs no executions. */
async function addApprovals(product: Product, count: number) {
  await product.database.query(
    `insert into approval (id, activity_arn, worker_name, received_at, title, repository, commit, links, input, checked_at)
     select gen_random_uuid(), 'arn:a', 'w', timestamptz '2026-06-01' + (n / 3) * interval '1 second', 'Change ' || n, case when n % 2 = 0 then 'acme/shop' else 'acme/blog' end, md5(n::text), '[]', '{}', now()
     from generate_series(1, $1) as n`,
    [count],
  );
}

describe("who may call", () => {
  it("nobody without a token or a session: 401 with a challenge", async () => {
    await using product = await startProduct({ workers: false });
    for (const path of ["/api/v1/approvals", "/api/v1/approvals/x", "/api/v1/me"]) {
      const reply = await supertest(product.app).get(path);
      expect(reply.body).toMatchObject({ status: 401, code: "unauthenticated" });
      expect(reply.headers["www-authenticate"]).toContain("Bearer");
    }
  });

  it("a scope that the token lacks is 403 and named", async () => {
    await using product = await startProduct({ workers: false });
    const reader = await product.bot("read");
    const decider = await product.bot("decide");
    expect((await get(product, reader, "/api/v1/approvals")).status).toBe(200);
    expect(
      (await post(product, reader, "/api/v1/decisions", { commit: "a", verdict: "approve" })).body,
    ).toMatchObject({ code: "not_allowed" });
    expect((await get(product, decider, "/api/v1/approvals")).body).toMatchObject({
      code: "not_allowed",
      detail: expect.stringContaining("read") as string,
    });
  });

  it("an unknown, expired, revoked or malformed token is 401", async () => {
    await using product = await startProduct({ workers: false });
    const revoked = await product.bot("read");
    await product.database.query("update api_token set revoked_at = now()");
    const expired = await product.bot("read");
    await product.database.query(
      "update api_token set expires_at = timestamptz '2020-01-01' where revoked_at is null",
    );
    for (const token of [revoked, expired, "cs_unknown", "x", "cs_' or 1=1 --", "é"]) {
      expect([
        token,
        (
          await supertest(product.app)
            .get("/api/v1/me")
            .set("authorization", `Bearer ${encodeURI(token)}`)
        ).status,
      ]).toEqual([token, 401]);
    }
  });

  it("a token is kept as a hash only", async () => {
    await using product = await startProduct({ workers: false });
    const token = await product.bot("read");
    const [row] = await product.database.query<{ row: string }>(
      "select row_to_json(bot)::text as row from (select * from api_token join api_token_secret on token_id = id) as bot",
    );
    expect(row?.row).not.toContain(token.slice(3));
  });

  it("guessing tokens is slowed down, 429, and whoever has a valid one never meets it", async () => {
    await using product = await startProduct({ workers: false });
    const guesses = await Promise.all(
      Array.from({ length: 70 }, () =>
        supertest(product.app).get("/api/v1/me").set("authorization", "Bearer cs_guess"),
      ),
    );
    expect(guesses.filter((reply) => reply.status === 429).length).toBeGreaterThan(0);
    const valid = await product.bot("read");
    expect((await supertest(product.app).get("/api/v1/me").auth(valid, { type: "bearer" })).status).toBe(200);
    expect(guesses.find((reply) => reply.status === 429)?.body).toMatchObject({ code: "too_many_requests" });
  });
});

describe("GET /api/v1/approvals", () => {
  it("pages through everything once, newest first, whatever arrives meanwhile", async () => {
    await using product = await startProduct({ workers: false });
    const token = await product.bot("read");
    await addApprovals(product, 25);
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const reply: { body: { items: { id: string }[]; nextCursor: string | null } } = await get(
        product,
        token,
        `/api/v1/approvals?limit=4${cursor === "" ? "" : `&cursor=${cursor}`}`,
      );
      seen.push(...reply.body.items.map(({ id }) => id));
      if (seen.length === 4)
        await product.database.query("update approval set title = title where id = $1", [seen[0]]);
      cursor = reply.body.nextCursor;
    }
    const expected = await product.database.query<{ id: string }>(
      "select id from approval order by received_at desc, id desc",
    );
    expect(seen).toEqual(expected.map(({ id }) => id));
  });

  it("filters by status, commit, repository and text; text is no pattern", async () => {
    await using product = await startProduct({ workers: false });
    const token = await product.bot("read");
    await addApprovals(product, 6);
    const count = async (query: string) =>
      ((await get(product, token, `/api/v1/approvals?${query}`)).body as { items: unknown[] }).items.length;
    expect(await count("repository=acme/shop")).toBe(3);
    expect(await count("status=approved")).toBe(0);
    expect(await count("q=change%203")).toBe(1);
    expect(await count("q=%25")).toBe(0);
    expect(await count("q=_")).toBe(0);
    expect(await count("commit=c4ca4238a0b923820dcc509a6f75849b")).toBe(1);
  });

  it("unknown, wrong and repeated parameters are 422, each named", async () => {
    await using product = await startProduct({ workers: false });
    const token = await product.bot("read");
    const reply = await get(
      product,
      token,
      "/api/v1/approvals?status=open&limit=1000&colour=red&cursor=junk",
    );
    const { errors } = reply.body as { errors: { field: string }[] };
    expect(reply.status).toBe(422);
    expect(errors.map(({ field }) => field).sort()).toEqual(["query.colour", "query.limit", "query.status"]);
    expect((await get(product, token, "/api/v1/approvals?cursor=junk")).body).toMatchObject({
      errors: [{ field: "query.cursor" }],
    });
    expect((await get(product, token, "/api/v1/approvals?status=pending&status=lapsed")).status).toBe(422);
  });
});

describe("what else is served", () => {
  it("health, readiness and an OpenAPI document for everybody (that it knows every route, the access matrix proves)", async () => {
    await using product = await startProduct({ workers: false });
    expect((await supertest(product.app).get("/healthz")).body).toEqual({ status: "ok" });
    expect((await supertest(product.app).get("/readyz")).body).toEqual({
      status: "ready",
      parts: {
        process: { ready: true, needed: true },
        database: { ready: true, needed: true },
        queue: { ready: true, needed: false },
      },
    });
    expect((await supertest(product.app).get("/api/v1/openapi.json")).body).toMatchObject({
      openapi: "3.1.0",
    });
  });

  it("the page under a strict Content-Security-Policy with a fresh nonce each time", async () => {
    await using product = await startProduct({ workers: false });
    const [one, two] = await Promise.all(
      [1, 2].map(() => supertest(product.app).get("/approvals/x").set("accept", "text/html")),
    );
    const nonce = /'nonce-([^']+)'/.exec(String(one?.headers["content-security-policy"]))?.[1];
    expect(nonce).toBeDefined();
    expect(one?.text).toContain(nonce);
    expect(one?.text).not.toContain("__CSP_NONCE__");
    expect(String(one?.headers["content-security-policy"])).not.toContain("unsafe");
    expect(two?.headers["content-security-policy"]).not.toBe(one?.headers["content-security-policy"]);
  });

  it("GET changes nothing: no route decides, signs in or out by GET", async () => {
    await using product = await startProduct({ workers: false });
    const token = await product.bot();
    for (const path of [
      "/api/v1/decisions",
      `/api/v1/approvals/${crypto.randomUUID()}/decision`,
      "/api/v1/me/password",
      "/api/auth/sign-out",
      "/api/auth/sign-in/email",
    ]) {
      expect([path, (await get(product, token, path)).status]).toEqual([path, 404]);
    }
  });
});
