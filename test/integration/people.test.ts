import { afterAll, beforeAll, describe, expect, it } from "vitest";
import supertest from "supertest";
import { startProduct, type Product } from "../support/product.ts";
import { as, openSession, person, toldOf, type SignedIn } from "../support/people.ts";

let product: Product;
let admin: SignedIn;

beforeAll(async () => {
  product = await startProduct({ workers: false });
  admin = await person(product, "admin@example.org", "administrator");
});
afterAll(() => product[Symbol.asyncDispose]());

function signIn(email: string, password: string) {
  return supertest(product.app).post("/api/auth/sign-in/email").send({ email, password });
}

describe("people", () => {
  it("an administrator makes a person, whose one-time password is told this once and opens one session", async () => {
    const added = await as(product, admin).post("/users", {
      email: "Ada@Example.org",
      name: "Ada",
      role: "reviewer",
    });
    expect(added.status).toBe(201);
    const { oneTimePassword, person: ada } = added.body as {
      oneTimePassword: string;
      person: { id: string };
    };
    expect(ada).toMatchObject({ email: "ada@example.org", role: "reviewer", mustChoosePassword: true });
    expect((await signIn("ada@example.org", oneTimePassword)).status).toBe(200);
    expect((await signIn("ada@example.org", oneTimePassword)).status).toBe(401);
    const shown = await as(product, admin).get(`/users/${ada.id}`);
    expect(JSON.stringify(shown.body)).not.toContain(oneTimePassword);
    const again = await as(product, admin).post("/users", { email: "ADA@example.org", name: "Other" });
    expect(again.body).toMatchObject({ status: 409, code: "conflict" });
    const events = await toldOf(product, "person.created");
    expect(events.find(({ detail }) => detail["email"] === "ada@example.org")).toMatchObject({
      actor: { name: "admin" },
      detail: { personId: ada.id, email: "ada@example.org", role: "reviewer" },
    });
  });

  it("only administrators in person look after people: reviewers and tokens are told 403, nobody else 401", async () => {
    const reviewer = await person(product, "reviewer@example.org");
    const token = await product.bot("read", "decide", "admin");
    const bot = (method: "post" | "patch", path: string) =>
      supertest(product.app)[method](`/api/v1${path}`).set("authorization", `Bearer ${token}`).send({});
    expect((await as(product, reviewer).get("/users")).status).toBe(403);
    expect(
      (await as(product, reviewer).patch(`/users/${reviewer.id}`, { role: "administrator" })).status,
    ).toBe(403);
    expect((await bot("post", "/users")).status).toBe(403);
    expect((await bot("patch", `/users/${reviewer.id}`)).status).toBe(403);
    expect((await supertest(product.app).get("/api/v1/users")).status).toBe(401);
  });

  it("what a request may not say is refused with the field: no password hash, no made-up role", async () => {
    const reply = await as(product, admin).post("/users", {
      email: "not an address",
      name: " ",
      role: "owner",
      passwordHash: "x",
    });
    expect(reply.body).toMatchObject({ status: 422, code: "invalid" });
    const fields = (reply.body as { errors: { field: string }[] }).errors.map(({ field }) => field);
    expect(fields.sort()).toEqual(["email", "name", "passwordHash", "role"]);
    expect((await as(product, admin).get("/users/%00")).status).toBe(404);
  });

  it("a new role holds from the next request on, and is in the audit trail", async () => {
    const bob = await person(product, "bob@example.org", "viewer");
    expect((await as(product, bob).get("/users")).status).toBe(403);
    const changed = await as(product, admin).patch(`/users/${bob.id}`, { role: "administrator" });
    expect(changed.body).toMatchObject({ role: "administrator" });
    expect((await as(product, bob).get("/users")).status).toBe(200);
    await as(product, admin).patch(`/users/${bob.id}`, { role: "viewer" });
    expect((await as(product, bob).get("/users")).status).toBe(403);
    const events = (await toldOf(product, "person.role_changed")).map(({ detail }) => detail);
    expect(events.slice(-2)).toMatchObject([
      { email: "bob@example.org", from: "viewer", to: "administrator" },
      { from: "administrator", to: "viewer" },
    ]);
  });

  it("deactivating ends every session at once and closes the sign-in; activating opens it again", async () => {
    const cyd = await person(product, "cyd@example.org");
    expect((await as(product, cyd).get("/me")).status).toBe(200);
    await as(product, admin).patch(`/users/${cyd.id}`, { isActive: false });
    expect((await as(product, cyd).get("/me")).status).toBe(401);
    expect((await signIn(cyd.email, cyd.oneTimePassword)).status).toBe(403);
    await as(product, admin).patch(`/users/${cyd.id}`, { isActive: true });
    expect((await as(product, cyd).get("/me")).status).toBe(401);
    expect((await signIn(cyd.email, cyd.oneTimePassword)).status).toBe(200);
    const types = (await toldOf(product, "person.%activated")).map(({ type }) => type);
    expect(types).toEqual(["person.deactivated", "person.activated"]);
  });

  it("a reset puts a one-time password in the place of the old one and ends the sessions", async () => {
    const dan = await person(product, "dan@example.org");
    const reset = await as(product, admin).post(`/users/${dan.id}/password`);
    const { oneTimePassword } = reset.body as { oneTimePassword: string };
    expect((await as(product, dan).get("/me")).status).toBe(401);
    expect((await signIn(dan.email, dan.oneTimePassword)).status).toBe(401);
    expect((await signIn(dan.email, oneTimePassword)).status).toBe(200);
  });
});

describe("the last active administrator", () => {
  it("can be neither demoted nor deactivated", async () => {
    for (const change of [{ role: "reviewer" }, { isActive: false }]) {
      const reply = await as(product, admin).patch(`/users/${admin.id}`, change);
      expect(reply.body).toMatchObject({ status: 409, code: "conflict" });
    }
    expect((await as(product, admin).get("/users")).status).toBe(200);
  });

  it("stays when two administrators demote each other at the same moment, time and again", async () => {
    const other = await person(product, "other@example.org", "administrator");
    for (let round = 0; round < 5; round += 1) {
      const replies = await Promise.all([
        as(product, admin).patch(
          `/users/${other.id}`,
          round % 2 === 0 ? { role: "viewer" } : { isActive: false },
        ),
        as(product, other).patch(`/users/${admin.id}`, { role: "viewer" }),
      ]);
      const [left] = await product.database.query(
        `select count(*)::int as count from "user" where role = 'administrator' and deactivated_at is null`,
      );
      expect(left).toEqual({ count: 1 });
      expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
      await product.database.query(
        `update "user" set role = 'administrator', deactivated_at = null where id = any($1)`,
        [[admin.id, other.id]],
      );
      other.cookie = await openSession(product, other.id);
    }
    await product.database.query(`update "user" set role = 'viewer' where id = $1`, [other.id]);
  });
});

describe("identities", () => {
  it("map commits to a person: several addresses and accounts, in lower case", async () => {
    const eve = await person(product, "eve@example.org");
    const set = await as(product, admin).put(`/users/${eve.id}/identities`, {
      emails: ["Eve@Home.Example", "eve@example.org"],
      logins: ["Eve-Git"],
    });
    expect(set.body).toMatchObject({ identities: { emails: ["eve@home.example"], logins: ["eve-git"] } });
    const me = await as(product, eve).get("/me");
    expect(me.body).toMatchObject({
      identities: { emails: ["eve@example.org", "eve@home.example"], logins: ["eve-git"] },
    });
    const events = await toldOf(product, "person.identities_changed");
    expect(events.at(-1)?.detail).toMatchObject({ to: { logins: ["eve-git"] } });
  });

  it("belong to one person: neither another's identity nor another's address of signing in can be taken", async () => {
    const fay = await person(product, "fay@example.org");
    const put = (identities: object) => as(product, admin).put(`/users/${fay.id}/identities`, identities);
    const login = await put({ emails: [], logins: ["EVE-git"] });
    expect(login.body).toMatchObject({ code: "invalid", errors: [{ field: "logins.0" }] });
    const address = await put({ emails: ["Admin@example.org"], logins: [] });
    expect(address.body).toMatchObject({ code: "invalid", errors: [{ field: "emails.0" }] });
    const taken = await as(product, admin).post("/users", { email: "eve@home.example", name: "Eve 2" });
    expect(taken.status).toBe(409);
  });

  it("are not changed by the person themselves, who would get round the rule that way", async () => {
    const gus = await person(product, "gus@example.org");
    const reply = await as(product, gus).put(`/users/${gus.id}/identities`, { emails: [], logins: [] });
    expect(reply.status).toBe(403);
  });

  it("are not changed by an administrator themselves either, who could then approve their own commits, nor by a bot of theirs", async () => {
    const ivy = await person(product, "ivy@example.org", "administrator");
    const path = `/users/${ivy.id}/identities`;
    const own = { emails: ["ivy@home.example"], logins: [] };
    await as(product, admin).put(path, own).expect(200);
    const reply = await as(product, ivy).put(path, { emails: [], logins: [] });
    expect(reply.body).toMatchObject({ status: 403, code: "not_allowed" });
    expect((reply.body as { detail: string }).detail).toMatch(
      /Another administrator can, or `countersign users/,
    );
    const made = await as(product, ivy).post("/tokens", { name: "ivy's", scopes: ["read", "admin"] });
    const { secret } = made.body as { secret: string };
    const byBot = supertest(product.app).put(`/api/v1${path}`).auth(secret, { type: "bearer" });
    expect((await byBot.send({ emails: [], logins: [] })).body).toMatchObject({ code: "not_allowed" });
    expect((await as(product, admin).get(`/users/${ivy.id}`)).body).toMatchObject({ identities: own });
  });
});

describe("teams", () => {
  it("are made, filled, emptied and deleted by administrators, and told to whoever is in them", async () => {
    const hal = await person(product, "hal@example.org");
    const call = as(product, admin);
    expect((await call.post("/teams", { name: "Security Team" })).status).toBe(422);
    expect((await call.post("/teams", { name: "security" })).status).toBe(201);
    expect((await call.post("/teams", { name: "security" })).status).toBe(409);
    expect((await call.put(`/teams/security/members/${hal.id}`)).status).toBe(204);
    expect((await call.put(`/teams/security/members/${hal.email}`)).status).toBe(204);
    expect((await as(product, hal).get("/me")).body).toMatchObject({ teams: ["security"] });
    const listed = await call.get("/teams");
    expect(listed.body).toMatchObject({ items: [{ name: "security", members: [{ id: hal.id }] }] });
    expect((await call.delete(`/teams/security/members/${hal.id}`)).status).toBe(204);
    expect((await call.delete(`/teams/security/members/${hal.id}`)).status).toBe(404);
    expect((await as(product, hal).get("/me")).body).toMatchObject({ teams: [] });
    expect((await call.delete("/teams/security")).status).toBe(204);
    expect((await call.put(`/teams/security/members/${hal.id}`)).status).toBe(404);
    const types = (await toldOf(product, "team.%")).map(({ type }) => type);
    expect(types.sort()).toEqual([
      "team.created",
      "team.deleted",
      "team.member_added",
      "team.member_removed",
    ]);
  });

  it("are for administrators: others may not even put themselves into one", async () => {
    const ida = await person(product, "ida@example.org");
    expect((await as(product, ida).put(`/teams/release/members/${ida.id}`)).status).toBe(403);
    expect((await as(product, ida).get("/teams")).status).toBe(403);
  });
});

it("a change and its audit event are one transaction: where the event cannot be written, nothing changes", async () => {
  const jon = await person(product, "jon@example.org", "viewer");
  await product.database.query(`create function refuse() returns trigger language plpgsql as
    $$ begin if new.type = 'person.role_changed' then raise exception 'no room'; end if; return new; end $$`);
  await product.database.query(
    `create trigger refuse before insert on audit_event for each row execute function refuse()`,
  );
  expect((await as(product, admin).patch(`/users/${jon.id}`, { role: "reviewer" })).status).toBe(500);
  await product.database.query("drop trigger refuse on audit_event");
  expect((await as(product, jon).get("/me")).body).toMatchObject({ role: "viewer" });
});
