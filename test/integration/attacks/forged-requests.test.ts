import supertest from "supertest";
import { describe, expect, it } from "vitest";
import { startProduct, type Product } from "../../support/product.ts";
import { routesOf } from "../../support/routes-of.ts";
import { signedIn } from "../../support/signed-in.ts";

const evil = "https://evil.example";
const own = "http://127.0.0.1:3000";

async function administrator(product: Product) {
  const made = await product.people.ensureAdministrator("ada@example.com");
  if (made === null) throw new Error("there is an administrator already");
  return made;
}

function signIn(product: Product, body: { email: string; password: string }) {
  return supertest(product.app).post("/api/auth/sign-in/email").send(body);
}

/** The value of the session's cookie. */
function sessionOf(reply: { headers: Record<string, unknown> }): string {
  const cookies = (reply.headers["set-cookie"] as string[] | undefined) ?? [];
  const cookie = cookies.find((each) => each.startsWith("countersign.session_token=")) ?? "";
  return cookie.split(";")[0] ?? "";
}

/** Signed by their senders, and open to no cookie. */
const withoutCookie = /\/webhooks\//;

describe("a page of another site that uses the session of whoever looks at it (CSRF)", () => {
  it("writes nothing, on no route: 403 before the body is judged, whatever the browser says of where it comes from", async () => {
    await using product = await startProduct({ workers: false });
    const { cookie } = await signedIn(product, "administrator");
    const writes = routesOf(product.app).filter(
      (route) => !route.startsWith("GET ") && !withoutCookie.test(route) && !route.includes("sign-in"),
    );
    expect(writes.length).toBeGreaterThan(10);
    for (const route of writes) {
      const [method = "", path = ""] = route.split(" ");
      const verb = method.toLowerCase() as "post";
      for (const headers of [
        { origin: evil, "content-type": "application/json" },
        { origin: evil, "content-type": "text/plain" },
        { origin: "null", "content-type": "application/x-www-form-urlencoded" },
        { origin: `${own}.evil.example`, "content-type": "application/json" },
      ]) {
        const reply = await supertest(product.app)[verb](path).set("cookie", cookie).set(headers).send("{}");
        expect([route, headers.origin, reply.status]).toEqual([route, headers.origin, 403]);
      }
    }
    expect((await supertest(product.app).get("/api/v1/me").set("cookie", cookie)).status).toBe(200);
  });

  it("nor without an Origin, where the browser tells that it comes from another site", async () => {
    await using product = await startProduct({ workers: false });
    const { cookie } = await signedIn(product, "administrator");
    for (const site of ["cross-site", "same-site", "none"]) {
      const reply = await supertest(product.app)
        .post("/api/v1/tokens")
        .set({ cookie, "sec-fetch-site": site })
        .send({ name: "forged", scopes: ["read"] });
      expect([site, reply.status]).toEqual([site, 403]);
    }
    expect(await product.database.query("select id from api_token")).toEqual([]);
  });

  it("cannot sign its visitor in as somebody else (login CSRF)", async () => {
    await using product = await startProduct({ workers: false });
    const { email, oneTimePassword: password } = await administrator(product);
    const reply = await signIn(product, { email, password }).set("origin", evil);
    expect(reply.status).toBe(403);
    expect(reply.headers["set-cookie"]).toBeUndefined();
    expect((await signIn(product, { email, password }).set("origin", own)).status).toBe(200);
  });

  it("reads nothing either: no reply lets another origin in, nor a cookie go along with its requests", async () => {
    await using product = await startProduct({ workers: false });
    const { cookie } = await signedIn(product, "administrator");
    for (const path of ["/api/v1/me", "/api/v1/approvals", "/api/v1/tokens"]) {
      const reply = await supertest(product.app).get(path).set({ cookie, origin: evil });
      expect(reply.headers["access-control-allow-origin"]).toBeUndefined();
      expect(reply.headers["access-control-allow-credentials"]).toBeUndefined();
    }
  });
});

describe("a session that somebody else has chosen (fixation)", () => {
  it.each(["the session of the attacker", "a value that nobody signed", "the name without a value"])(
    "%s in the victim's browser does not become the victim's",
    async (planted) => {
      await using product = await startProduct({ workers: false });
      const mallory = await signedIn(product, "viewer", "Mallory");
      const cookie = {
        "the session of the attacker": mallory.cookie,
        "a value that nobody signed": "countersign.session_token=chosen-by-mallory.c2lnbmF0dXJl",
        "the name without a value": "countersign.session_token=",
      }[planted];
      const { email, oneTimePassword: password } = await administrator(product);
      const reply = await signIn(product, { email, password }).set({ cookie: cookie ?? "", origin: own });
      expect(reply.status).toBe(200);
      const session = sessionOf(reply);
      expect(session).not.toBe(cookie);
      const me = (who: string) => supertest(product.app).get("/api/v1/me").set("cookie", who);
      expect((await me(session)).body).toMatchObject({ email, role: "administrator" });
      const planter = await me(cookie ?? "");
      expect(planter.body).not.toMatchObject({ email });
    },
  );

  it("every sign-in opens a session of its own, which no address and no header can name", async () => {
    await using product = await startProduct({ workers: false });
    const { email, oneTimePassword: password } = await administrator(product);
    const reply = await supertest(product.app)
      .post("/api/auth/sign-in/email?countersign.session_token=chosen&token=chosen")
      .set({ origin: own, "x-session-token": "chosen" })
      .send({ email, password, token: "chosen", sessionToken: "chosen" });
    expect(sessionOf(reply)).not.toContain("chosen");
    const sessions = await product.database.query<{ token: string }>("select token from session");
    expect(sessions.map(({ token }) => token)).not.toContain("chosen");
  });
});
