import { Socket } from "node:net";
import supertest from "supertest";
import { describe, expect, it, vi } from "vitest";
import { sendGithub } from "../../support/github-webhook.ts";
import { startProduct, type Product } from "../../support/product.ts";
import { signedIn } from "../../support/signed-in.ts";
import { until } from "../../support/until.ts";

const injected = "x\r\nSet-Cookie: stolen=1\r\nX-Injected: yes\r\n\r\n<html>";

function bot(product: Product, token: string) {
  return {
    get: (path: string) => supertest(product.app).get(path).auth(token, { type: "bearer" }),
    post: (path: string, body: object | string) =>
      supertest(product.app)
        .post(path)
        .auth(token, { type: "bearer" })
        .set("content-type", "application/json")
        .send(body),
  };
}

describe("members that nobody asked for (mass assignment)", () => {
  it.each([
    ["a decision's", { status: "approved" }, "status"],
    ["a decision's voter", { actor: { kind: "person", name: "Ada" } }, "actor"],
    ["a decision's time", { decidedAt: "2020-01-01T00:00:00Z" }, "decidedAt"],
    ["a decision's policy", { policy: { required: 0 } }, "policy"],
    ["a prototype", { constructor: { prototype: { role: "administrator" } } }, "constructor"],
  ])("%s: 422, named, and nothing is decided", async (_name, members, field) => {
    await using product = await startProduct();
    const id = await product.approvalOf(await product.startExecution());
    const { post } = bot(product, await product.bot());
    const reply = await post(`/api/v1/approvals/${id}/decision`, { verdict: "approve", ...members });
    expect(reply.body).toMatchObject({ code: "invalid", errors: [{ field }] });
    expect((await product.deps.approvals.find(id))?.status).toBe("pending");
  });

  it("of a person, a team and one's own account: 422, and whoever tries stays what they are", async () => {
    await using product = await startProduct({ workers: false });
    const ada = await signedIn(product, "administrator", "Ada");
    const rex = await signedIn(product, "reviewer", "Rex");
    const as = (cookie: string, method: "post" | "patch" | "put", path: string, body: object) =>
      supertest(product.app)[method](`/api/v1${path}`).set("cookie", cookie).send(body);
    const replies = await Promise.all([
      as(ada.cookie, "post", "/users", { name: "X", email: "x@example.com", id: rex.id }),
      as(ada.cookie, "patch", `/users/${rex.id}`, { isActive: true, passwordIsOneTime: true }),
      as(ada.cookie, "put", `/users/${rex.id}/identities`, { emails: [], logins: [], role: "administrator" }),
      as(ada.cookie, "post", "/teams", { name: "release", members: [{ id: rex.id }] }),
      as(rex.cookie, "post", "/me/password", {
        currentPassword: "a",
        newPassword: "a long enough password",
        role: "administrator",
      }),
    ]);
    expect(replies.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422]);
    const sent = await supertest(product.app)
      .post("/api/auth/sign-in/email")
      .send({ email: rex.email, password: "a wrong password", role: "administrator" });
    expect(sent.status).toBe(401);
    expect(await product.database.query(`select role from "user" where id = $1`, [rex.id])).toEqual([
      { role: "reviewer" },
    ]);
  });
});

describe("line breaks that would begin a header", () => {
  it("in comment, commit, title, names and paths reach no header, and no line of the log", async () => {
    const logLines: string[] = [];
    await using product = await startProduct({ logLines });
    const approval = {
      title: injected,
      commit: injected,
      repository: injected,
      ref: injected,
      requestedBy: injected,
      description: injected,
      links: [{ title: injected, url: `https://example.com/${injected}` }],
    };
    const id = await product.approvalOf(await product.startExecution({ approval }));
    const { text } = await product.botWith({ name: injected });
    const { get, post } = bot(product, text);
    const path = encodeURIComponent(injected);
    const replies = [
      await get(`/api/v1/approvals/${id}`),
      await get(`/api/v1/approvals?repository=${path}&q=${path}`),
      await get(`/api/v1/approvals/${path}`),
      await get(`/${path}`),
      await get(`/api/v1/${path}`),
      await post(`/api/v1/approvals/${id}/decision`, { verdict: "reject", comment: injected }),
      await get(`/api/v1/approvals/${id}/receipt`),
      await get(`/api/v1/audit?approval=${id}`),
    ];
    for (const { headers } of replies) {
      expect(headers["x-injected"]).toBeUndefined();
      expect(JSON.stringify(headers)).not.toContain("stolen");
    }
    expect(replies[5]?.status).toBe(200);
    for (const line of logLines) {
      expect(line.trimEnd()).not.toContain("\n");
      expect(() => JSON.parse(line) as unknown).not.toThrow();
    }
  });

  it("in a comment reach Step Functions as the text that they are", async () => {
    await using product = await startProduct();
    const executionArn = await product.startExecution();
    const id = await product.approvalOf(executionArn);
    await bot(product, await product.bot()).post(`/api/v1/approvals/${id}/decision`, {
      verdict: "reject",
      comment: injected,
    });
    const ended = await until("the execution ends", async () => {
      const described = await product.describe(executionArn);
      return described.status === "RUNNING" ? null : described;
    });
    expect(ended).toMatchObject({ status: "FAILED", cause: injected });
  });
});

describe("a comment of a megabyte", () => {
  it("is refused with its limit, or 413 above the body's, and leaves the next request as quick as ever", async () => {
    await using product = await startProduct();
    const id = await product.approvalOf(await product.startExecution());
    const { post } = bot(product, await product.bot());
    const path = `/api/v1/approvals/${id}/decision`;
    const below = await post(path, { verdict: "approve", comment: "x".repeat(1_000_000) });
    expect(below.body).toMatchObject({ code: "invalid", errors: [{ field: "comment" }] });
    expect(below.text.length).toBeLessThan(1_000);
    const above = await post(path, { verdict: "approve", comment: "\u{1F600}".repeat(300_000) });
    expect(above.body).toMatchObject({ code: "too_large" });
    expect((await product.deps.approvals.find(id))?.status).toBe("pending");
    expect((await post(path, { verdict: "approve", comment: "x".repeat(10_000) })).status).toBe(200);
  });
});

describe("an address that a user can set (SSRF)", () => {
  it("is never called: links, images, repositories and a forge's own URLs make no connection of ours", async () => {
    await using product = await startProduct();
    const connect = vi.spyOn(Socket.prototype, "connect");
    try {
      const inside = "http://169.254.169.254/latest/meta-data";
      const description = `![x](${inside}) <img src="${inside}"> [x](${inside})`;
      const approval = {
        title: inside,
        description,
        links: [{ title: "x", url: inside }],
        repository: inside,
      };
      const id = await product.approvalOf(await product.startExecution({ approval }));
      const { get, post } = bot(product, await product.bot());
      await get(`/api/v1/approvals/${id}`);
      await post(`/api/v1/approvals/${id}/decision`, { verdict: "approve", output: { callback: inside } });
      await sendGithub(product.app, {
        ref: "refs/heads/main",
        after: "a".repeat(40),
        repository: { full_name: "acme/shop", html_url: inside, url: inside, statuses_url: inside },
        pusher: { name: "mona" },
        head_commit: { id: "a".repeat(40), message: "x", url: inside, author: { name: "Mona" } },
        commits: [],
      });
      const callbackURL = inside;
      const signIn = supertest(product.app).post("/api/auth/sign-in/email");
      expect((await signIn.send({ email: "a@example.com", password: "x", callbackURL })).status).not.toBe(
        200,
      );
      await product.quiet();
      expect(connect.mock.calls.length).toBeGreaterThan(0);
      expect(hostsOf(connect.mock.calls)).toEqual(["127.0.0.1"]);
    } finally {
      connect.mockRestore();
    }
  });
});

/** Where connections went; a socket of the file system is this machine. */
function hostsOf(calls: readonly unknown[][]): string[] {
  const hosts = calls.map(([first]) => {
    const [options, host] = (Array.isArray(first) ? first : [first]) as [unknown, unknown];
    if (typeof options === "number") return String(host ?? "127.0.0.1");
    const { host: named = "127.0.0.1" } = options as { host?: string };
    return named === "localhost" ? "127.0.0.1" : named;
  });
  return [...new Set(hosts)];
}
