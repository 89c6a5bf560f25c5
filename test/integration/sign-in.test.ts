import supertest from "supertest";
import { describe, expect, it } from "vitest";
import { person } from "../support/people.ts";
import { startProduct, type Product } from "../support/product.ts";

const email = "administrator@countersign.local";

async function firstPassword(product: Product): Promise<string> {
  return (await product.people.ensureAdministrator(email))?.oneTimePassword ?? "";
}

function signIn(product: Product, password: string) {
  return supertest(product.app).post("/api/auth/sign-in/email").send({ email, password });
}

function cookieOf(reply: { headers: Record<string, unknown> }): string {
  return ((reply.headers["set-cookie"] as string[] | undefined) ?? [])
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

describe("signing in", () => {
  it("the one-time password opens one session, which asks for a password", async () => {
    await using product = await startProduct({ workers: false });
    const password = await firstPassword(product);
    const first = await signIn(product, password);
    expect(first.status).toBe(200);
    // What is in the cookie is shown nowhere else.
    const [, session = ""] = /session_token=([^.;%]+)/.exec(cookieOf(first)) ?? [];
    expect(session).not.toBe("");
    expect(first.text).not.toContain(session);
    expect(first.body).toMatchObject({ user: { email } });
    const me = await supertest(product.app).get("/api/v1/me").set("cookie", cookieOf(first));
    expect(me.body).toMatchObject({ kind: "person", email, role: "administrator", mustChoosePassword: true });
    expect((await signIn(product, password)).status).toBe(401);
  });

  it("a chosen password signs in from then on, and no new one-time password is made", async () => {
    await using product = await startProduct({ workers: false });
    const first = await signIn(product, await firstPassword(product));
    const choose = (newPassword: string) =>
      supertest(product.app).post("/api/v1/me/password").set("cookie", cookieOf(first)).send({ newPassword });
    expect((await choose("short")).body).toMatchObject({
      code: "invalid",
      errors: [{ field: "newPassword" }],
    });
    expect((await choose("correct horse battery")).status).toBe(204);
    expect((await choose("another long password")).status).toBe(403);
    expect((await signIn(product, "correct horse battery")).status).toBe(200);
    expect(await product.people.ensureAdministrator(email)).toBeNull();
  });

  it("until then each start makes a fresh one, and the one before is void", async () => {
    await using product = await startProduct({ workers: false });
    const [one, two] = [await firstPassword(product), await firstPassword(product)];
    expect((await signIn(product, one)).status).toBe(401);
    expect((await signIn(product, two)).status).toBe(200);
  });

  it("six sign-ins at once with the one-time password open one session", async () => {
    await using product = await startProduct({ workers: false });
    const password = await firstPassword(product);
    const replies = await Promise.all(Array.from({ length: 6 }, () => signIn(product, password)));
    expect(replies.filter((reply) => reply.status === 200)).toHaveLength(1);
    const [sessions] = await product.database.query("select count(*)::int as open from session");
    expect(sessions).toEqual({ open: 1 });
  });

  it("choosing a password ends every other session of that person", async () => {
    await using product = await startProduct({ workers: false });
    const older = cookieOf(await signIn(product, await firstPassword(product)));
    await product.database.query(
      `insert into session (id, token, expires_at, user_id) select 'other', 'other token', now() + interval '1 day', id from "user"`,
    );
    const choose = supertest(product.app).post("/api/v1/me/password").set("cookie", older);
    expect((await choose.send({ newPassword: "correct horse battery" })).status).toBe(204);
    expect(await product.database.query("select id from session where id = 'other'")).toEqual([]);
    expect((await supertest(product.app).get("/api/v1/me").set("cookie", older)).status).toBe(200);
  });

  it("a body larger than any e-mail address and password is 413, however it is sent", async () => {
    await using product = await startProduct({ workers: false });
    const reply = await signIn(product, "x".repeat(20_000));
    expect(reply.body).toMatchObject({ status: 413, code: "too_large" });
  });

  it("cookies are HttpOnly and SameSite=Lax", async () => {
    await using product = await startProduct({ workers: false });
    const reply = await signIn(product, await firstPassword(product));
    const cookies = (reply.headers["set-cookie"] as unknown as string[]).filter((cookie) =>
      cookie.includes("session_token"),
    );
    expect(cookies.every((cookie) => /HttpOnly/i.test(cookie) && /SameSite=Lax/i.test(cookie))).toBe(true);
  });

  it("signing out ends the session", async () => {
    await using product = await startProduct({ workers: false });
    const cookie = cookieOf(await signIn(product, await firstPassword(product)));
    await supertest(product.app)
      .post("/api/auth/sign-out")
      .set("cookie", cookie)
      .set("origin", "http://127.0.0.1:3000")
      .send({});
    expect((await supertest(product.app).get("/api/v1/me").set("cookie", cookie)).status).toBe(401);
  });

  it("a cookie that we did not sign opens nothing, and an ended or closed one nothing any more", async () => {
    await using product = await startProduct({ workers: false });
    const cookie = cookieOf(await signIn(product, await firstPassword(product)));
    const status = async (sent: string) =>
      (await supertest(product.app).get("/api/v1/me").set("cookie", sent)).status;
    const [name = "", value = ""] = cookie.split("=");
    const [token = "", signature = ""] = decodeURIComponent(value).split(".");
    expect(await status(cookie)).toBe(200);
    for (const forged of [
      token,
      `${token}.`,
      `${token}.${signature.slice(4)}`,
      `x${token}.${signature}`,
      "%",
    ])
      expect(await status(`${name}=${forged === "%" ? forged : encodeURIComponent(forged)}`)).toBe(401);
    await product.database.query(`update "user" set deactivated_at = now()`);
    expect(await status(cookie)).toBe(401);
    await product.database.query(`update "user" set deactivated_at = null`);
    expect(await status(cookie)).toBe(200);
    await product.database.query(`update session set expires_at = now() - interval '1 second'`);
    expect(await status(cookie)).toBe(401);
  });

  it("signing in, failing to and signing out are in the audit trail, without what was typed", async () => {
    await using product = await startProduct({ workers: false });
    const cookie = cookieOf(await signIn(product, await firstPassword(product)));
    await signIn(product, "hunter2-hunter2");
    await supertest(product.app)
      .post("/api/auth/sign-in/email")
      .send({ email: "my-password@typed-here.example", password: "x" });
    await supertest(product.app)
      .post("/api/auth/sign-out")
      .set({ cookie, origin: "http://127.0.0.1:3000" })
      .send({});
    const told = await product.database.query<{ type: string; text: string }>(
      "select type, actor::text || detail::text as text from audit_event where type like 'person.sign%' order by stream, seq",
    );
    expect(told.map(({ type }) => type).sort()).toEqual([
      "person.sign_in_failed",
      "person.sign_in_failed",
      "person.signed_in",
      "person.signed_out",
    ]);
    expect(told.map(({ text }) => text).join()).not.toMatch(/hunter2|typed-here/);
  });

  it("session fixation: signing in opens another session than any cookie that was there before", async () => {
    await using product = await startProduct({ workers: false });
    const password = await firstPassword(product);
    const attacker = await person(product, "attacker@example.org");
    const signedIn = await signIn(product, password).set({
      cookie: attacker.cookie,
      origin: "http://127.0.0.1:3000",
    });
    const cookie = cookieOf(signedIn);
    expect(cookie).not.toContain(attacker.cookie.split("=")[1]);
    const me = (sent: string) => supertest(product.app).get("/api/v1/me").set("cookie", sent);
    expect((await me(cookie)).body).toMatchObject({ email });
    expect((await me(attacker.cookie)).body).toMatchObject({ email: "attacker@example.org" });
  });

  it("login CSRF: nobody is signed in or out by a page of another site", async () => {
    await using product = await startProduct({ workers: false });
    const password = await firstPassword(product);
    for (const headers of [{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }]) {
      expect((await signIn(product, password).set(headers)).status).toBe(403);
      expect((await supertest(product.app).post("/api/auth/sign-out").set(headers).send({})).status).toBe(
        403,
      );
    }
    expect((await signIn(product, password)).status).toBe(200);
  });

  it("one's own password is changed with the one before, and guessing that is stopped: 429", async () => {
    await using product = await startProduct({ workers: false });
    const ada = await person(product, "ada@example.org");
    const change = (body: object) =>
      supertest(product.app).post("/api/v1/me/password").set("cookie", ada.cookie).send(body);
    expect((await change({ newPassword: "correct horse battery" })).status).toBe(204);
    const field = async (body: object) =>
      ((await change(body)).body as { errors: { field: string }[] }).errors[0]?.field;
    const currentPassword = "correct horse battery";
    expect(await field({ currentPassword: "a wrong password", newPassword: "another long one" })).toBe(
      "currentPassword",
    );
    expect(await field({ currentPassword, newPassword: "ada@example.org" })).toBe("newPassword");
    expect(await field({ currentPassword, newPassword: "Password1234!" })).toBe("newPassword");
    expect((await change({ currentPassword, newPassword: "another long one" })).status).toBe(204);
    const statuses: number[] = [];
    for (let guess = 0; guess < 12; guess += 1)
      statuses.push(
        (await change({ currentPassword: "a guess, no more", newPassword: "x".repeat(12) })).status,
      );
    expect(statuses.slice(-3)).toEqual([429, 429, 429]);
  });

  it("a session may not be used from a page of another site", async () => {
    await using product = await startProduct({ workers: false });
    const cookie = cookieOf(await signIn(product, await firstPassword(product)));
    const decide = (headers: Record<string, string>) =>
      supertest(product.app)
        .post(`/api/v1/approvals/${crypto.randomUUID()}/decision`)
        .set({ cookie, ...headers })
        .send({ verdict: "approve" });
    expect((await decide({ origin: "https://evil.example" })).status).toBe(403);
    expect((await decide({ "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await decide({ origin: "http://127.0.0.1:3000" })).status).toBe(404);
  });

  it("nobody can sign up, and nobody's own word makes them an administrator", async () => {
    await using product = await startProduct({ workers: false });
    expect(
      (
        await supertest(product.app)
          .post("/api/auth/sign-up/email")
          .send({ email: "x@example.org", name: "x", password: "a long password", role: "administrator" })
      ).status,
    ).toBe(404);
    expect((await supertest(product.app).post("/api/auth/update-user").send({ name: "x" })).status).toBe(404);
  });

  it("guessing a password is slowed down: 429, whatever address the caller claims", async () => {
    await using product = await startProduct({ workers: false });
    await firstPassword(product);
    const statuses: number[] = [];
    for (let guess = 0; guess < 14; guess += 1) {
      const reply = await signIn(product, "a wrong password")
        .set("x-forwarded-for", `10.0.0.${guess}`)
        .set("x-countersign-client-address", `10.0.1.${guess}`);
      statuses.push(reply.status);
    }
    expect(statuses.slice(0, 10).every((status) => status === 401)).toBe(true);
    expect(statuses.slice(10).every((status) => status === 429)).toBe(true);
  });

  it("a viewer reads, and may not decide: 403 with the reason", async () => {
    await using product = await startProduct();
    const cookie = cookieOf(await signIn(product, await firstPassword(product)));
    await product.database.query(`update "user" set role = 'viewer'`);
    const id = await product.approvalOf(await product.startExecution());
    const shown = await supertest(product.app).get(`/api/v1/approvals/${id}`).set("cookie", cookie);
    expect(shown.body).toMatchObject({
      may: { approve: false, reject: false, why: expect.stringContaining("viewer") as string },
    });
    const reply = await supertest(product.app)
      .post(`/api/v1/approvals/${id}/decision`)
      .set("cookie", cookie)
      .send({ verdict: "approve" });
    expect(reply.body).toMatchObject({ status: 403, code: "not_allowed" });
  });

  it("a person's decision carries the person's name", async () => {
    await using product = await startProduct();
    const cookie = cookieOf(await signIn(product, await firstPassword(product)));
    const id = await product.approvalOf(await product.startExecution());
    const reply = await supertest(product.app)
      .post(`/api/v1/approvals/${id}/decision`)
      .set("cookie", cookie)
      .set("origin", "http://localhost:3000")
      .send({ verdict: "approve" });
    expect(reply.status).toBe(403);
    const allowed = await supertest(product.app)
      .post(`/api/v1/approvals/${id}/decision`)
      .set("cookie", cookie)
      .send({ verdict: "approve" });
    expect(allowed.body).toMatchObject({
      decision: { decidedBy: [{ kind: "person", name: "Administrator" }] },
    });
  });
});
