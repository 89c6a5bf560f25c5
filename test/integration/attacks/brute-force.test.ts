import { pino } from "pino";
import supertest from "supertest";
import { describe, expect, it } from "vitest";
import { createApp } from "../../../src/http/app.ts";
import { startProduct, type Product } from "../../support/product.ts";
import { signedIn } from "../../support/signed-in.ts";

/** Another server on the same database, behind a proxy that says where requests come from. */
function serverBehindProxy(product: Product) {
  return createApp({ ...product.appDeps, trustedProxies: 1 }, pino({ level: "silent" }));
}

function guessToken(app: Product["app"], address: string) {
  return supertest(app)
    .get("/api/v1/me")
    .set("x-forwarded-for", address)
    .set("authorization", "Bearer cs_guess");
}

function guessPassword(app: Product["app"], address: string, email = "ada@example.com") {
  return supertest(app)
    .post("/api/auth/sign-in/email")
    .set("x-forwarded-for", address)
    .send({ email, password: "a wrong password" });
}

const counted = (replies: { status: number }[], status: number) =>
  replies.filter((reply) => reply.status === status).length;

describe("guessing tokens", () => {
  it("is stopped after 60 a minute of one address, over all servers together; the reply says when to come back", async () => {
    await using product = await startProduct({ workers: false });
    const servers = [serverBehindProxy(product), serverBehindProxy(product), serverBehindProxy(product)];
    const replies = await Promise.all(
      Array.from({ length: 75 }, (_, n) => guessToken(servers[n % 3] ?? product.app, "192.0.2.1")),
    );
    expect([counted(replies, 401), counted(replies, 429)]).toEqual([60, 15]);
    const stopped = replies.find(({ status }) => status === 429);
    expect(stopped?.body).toMatchObject({ code: "too_many_requests" });
    expect(Number(stopped?.headers["retry-after"])).toBeGreaterThan(0);
    expect(Number(stopped?.headers["retry-after"])).toBeLessThanOrEqual(60);
    expect((await guessToken(serverBehindProxy(product), "192.0.2.2")).status).toBe(401);
  });

  it("does not get whoever has a valid token stopped, nor those who come once the minute is over", async () => {
    await using product = await startProduct({ workers: false });
    const app = serverBehindProxy(product);
    await Promise.all(Array.from({ length: 61 }, () => guessToken(app, "192.0.2.1")));
    const valid = await product.bot("read");
    const call = supertest(app).get("/api/v1/me").set("x-forwarded-for", "192.0.2.1");
    expect((await call.auth(valid, { type: "bearer" })).status).toBe(200);
    await product.database.query("update failure set resets_at = now()");
    expect((await guessToken(serverBehindProxy(product), "192.0.2.1")).status).toBe(401);
  });

  it("the addresses of one IPv6 network count as one", async () => {
    await using product = await startProduct({ workers: false });
    const app = serverBehindProxy(product);
    const replies = await Promise.all(
      Array.from({ length: 65 }, (_, n) => guessToken(app, `2001:db8:1:1::${n.toString(16)}`)),
    );
    expect(counted(replies, 429)).toBe(5);
  });
});

describe("guessing passwords", () => {
  it("is stopped after 10 a minute of one address, over all servers together, also all at once", async () => {
    await using product = await startProduct({ workers: false });
    const servers = [serverBehindProxy(product), serverBehindProxy(product)];
    const replies = await Promise.all(
      Array.from({ length: 24 }, (_, n) =>
        guessPassword(servers[n % 2] ?? product.app, "192.0.2.1", `person${n}@example.com`),
      ),
    );
    expect([counted(replies, 401), counted(replies, 429)]).toEqual([10, 14]);
    const stopped = replies.find(({ status }) => status === 429);
    expect(stopped?.body).toMatchObject({ code: "too_many_requests" });
    expect(Number(stopped?.headers["retry-after"])).toBeGreaterThan(0);
  });

  it("of one account is stopped after 50 in a quarter of an hour, wherever they come from; others sign in", async () => {
    await using product = await startProduct({ workers: false });
    const app = serverBehindProxy(product);
    const replies = [];
    for (let n = 0; n < 52; n += 1)
      replies.push(
        await guessPassword(app, `192.0.2.${n}`, n % 2 === 0 ? "ada@example.com" : " ADA@example.com"),
      );
    expect([counted(replies.slice(0, 50), 429), counted(replies.slice(50), 429)]).toEqual([0, 2]);
    expect((await guessPassword(app, "192.0.2.99", "grace@example.com")).status).toBe(401);
    const keys = await product.database.query<{ key: string }>("select key from failure");
    expect(keys.some(({ key }) => key.includes("ada"))).toBe(false);
  });

  it("a sign-in that succeeds is no failure", async () => {
    await using product = await startProduct({ workers: false });
    const { email = "", oneTimePassword = "" } =
      (await product.people.ensureAdministrator("ada@example.com")) ?? {};
    const app = serverBehindProxy(product);
    const reply = await supertest(app)
      .post("/api/auth/sign-in/email")
      .set("x-forwarded-for", "192.0.2.1")
      .send({ email, password: oneTimePassword });
    expect(reply.status).toBe(200);
    await expect.poll(() => product.database.query("select 1 from failure where count > 0")).toEqual([]);
  });

  it("of one's own account, in a session that somebody found open, is stopped after ten", async () => {
    await using product = await startProduct({ workers: false });
    const { cookie } = await signedIn(product, "reviewer");
    const statuses: number[] = [];
    for (let n = 0; n < 12; n += 1) {
      const body = { currentPassword: `guess number ${n}`, newPassword: "a password of the thief" };
      const reply = await supertest(product.app).post("/api/v1/me/password").set("cookie", cookie).send(body);
      statuses.push(reply.status);
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 422), 429, 429]);
  });
});
