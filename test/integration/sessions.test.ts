import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startProduct, type Product } from "../support/product.ts";
import { as, openSession, person, toldOf, type SignedIn } from "../support/people.ts";

let product: Product;
let admin: SignedIn;
let ada: SignedIn;

beforeAll(async () => {
  product = await startProduct({ workers: false });
  admin = await person(product, "admin@example.org", "administrator");
  ada = await person(product, "ada@example.org");
});
afterAll(() => product[Symbol.asyncDispose]());

interface Listed {
  id: string;
  isCurrent: boolean;
  person: { id: string };
}
async function sessions(who: SignedIn, query = ""): Promise<Listed[]> {
  return ((await as(product, who).get(`/sessions${query}`)).body as { items: Listed[] }).items;
}

describe("sessions", () => {
  it("are listed with where and when, and never with what opens them", async () => {
    await openSession(product, ada.id);
    const reply = await as(product, ada).get("/sessions");
    const items = (reply.body as { items: Listed[] }).items;
    expect(items).toHaveLength(2);
    expect(items.filter(({ isCurrent }) => isCurrent)).toHaveLength(1);
    expect(items[0]).toMatchObject({ address: "127.0.0.1", userAgent: "a test", person: { id: ada.id } });
    const tokens = await product.database.query<{ token: string }>("select token from session");
    for (const { token } of tokens) expect(reply.text).not.toContain(token);
  });

  it("one's own are ended by everybody, at once", async () => {
    const other = { ...ada, cookie: await openSession(product, ada.id) };
    const id = (await sessions(other)).find(({ isCurrent }) => isCurrent)?.id ?? "";
    expect((await as(product, other).get("/me")).status).toBe(200);
    expect((await as(product, ada).delete(`/sessions/${id}`)).status).toBe(204);
    expect((await as(product, other).get("/me")).status).toBe(401);
    expect((await as(product, ada).delete(`/sessions/${id}`)).status).toBe(404);
    expect((await toldOf(product, "session.revoked")).at(-1)).toMatchObject({
      actor: { name: "ada" },
      detail: { sessionId: id, personId: ada.id },
    });
  });

  it("ending the others keeps the one in which it was asked", async () => {
    const other = { ...ada, cookie: await openSession(product, ada.id) };
    expect((await as(product, ada).delete("/sessions")).status).toBe(204);
    expect((await as(product, other).get("/me")).status).toBe(401);
    expect(await sessions(ada)).toMatchObject([{ isCurrent: true }]);
  });

  it("of others are hidden, and cannot be ended: as if they were not there", async () => {
    const [theirs] = await sessions(admin);
    expect((await as(product, ada).get("/sessions?person=all")).status).toBe(403);
    expect((await as(product, ada).get(`/sessions?person=${admin.id}`)).status).toBe(403);
    expect((await as(product, ada).delete(`/sessions?person=${admin.id}`)).status).toBe(403);
    expect((await as(product, ada).delete(`/sessions/${theirs?.id ?? ""}`)).status).toBe(404);
    expect((await as(product, admin).get("/me")).status).toBe(200);
  });

  it("an administrator sees and ends everybody's", async () => {
    const bob = await person(product, "bob@example.org");
    const all = await sessions(admin, "?person=all");
    expect(new Set(all.map((session) => session.person.id))).toEqual(new Set([admin.id, ada.id, bob.id]));
    const [his] = await sessions(admin, `?person=${bob.id}`);
    expect((await as(product, admin).delete(`/sessions/${his?.id ?? ""}`)).status).toBe(204);
    expect((await as(product, bob).get("/me")).status).toBe(401);
    const again = { ...bob, cookie: await openSession(product, bob.id) };
    expect((await as(product, admin).delete(`/sessions?person=${bob.id}`)).status).toBe(204);
    expect((await as(product, again).get("/me")).status).toBe(401);
    expect((await as(product, admin).delete("/sessions?person=all")).status).toBe(403);
  });
});
