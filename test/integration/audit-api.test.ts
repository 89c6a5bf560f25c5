import { readFileSync } from "node:fs";
import supertest from "supertest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "../../src/adapters/postgres/database.ts";
import { appendAudit, beginAudit } from "../../src/adapters/postgres/append-audit.ts";
import type { AuditPage } from "../../src/contract/audit.ts";
import { projectFile } from "../../src/project-file.ts";
import { lifeOf, seal, verify } from "../support/audit.ts";
import { startProduct, type Product } from "../support/product.ts";

let product: Product;
let id = "";

beforeAll(async () => {
  product = await startProduct();
  id = await product.approvalOf(await product.startExecution({ commit: "abc" }));
  await supertest(product.app)
    .post(`/api/v1/approvals/${id}/decision`)
    .auth(await product.bot(), { type: "bearer" })
    .send({ verdict: "reject", comment: "100 % not_ready" })
    .expect(200);
});

afterAll(() => product[Symbol.asyncDispose]());

async function events(query: string, token?: string) {
  return supertest(product.app)
    .get(`/api/v1/audit${query}`)
    .auth(token ?? (await product.bot("read")), { type: "bearer" });
}

describe("GET /api/v1/audit", () => {
  it("shows whoever may read the trail of one approval, newest first, page by page", async () => {
    const first = (await events(`?approval=${id}&limit=2`)).body as AuditPage;
    expect(first.items).toHaveLength(2);
    const second = (await events(`?approval=${id}&cursor=${first.nextCursor}`)).body as AuditPage;
    const all = [...first.items, ...second.items];
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_event, index) => all.length - index));
    expect(all.at(-1)).toMatchObject({ type: "approval.received", approvalId: id, stream: id });
    expect(second.nextCursor).toBeNull();
  });

  it.each([
    ["type=approval.decided", 1],
    ["q=NOT_READY", 1],
    ["q=notXready", 0],
    ["q=100%20%25%20not", 1],
    ["actor=release%20bot", 2],
    ["actor=release", 0],
    ["to=2020-01-01T00:00:00Z", 0],
  ])("finds by %s", async (query, count) => {
    const { items } = (await events(`?approval=${id}&${query}`)).body as AuditPage;
    expect(items).toHaveLength(count);
  });

  it("gives the whole trail to administrators alone, and nothing without the scope read", async () => {
    expect((await events("")).body).toMatchObject({ status: 403, code: "not_allowed" });
    expect((await events(`?approval=${id}`, await product.bot("decide"))).status).toBe(403);
    expect((await supertest(product.app).get("/api/v1/audit")).status).toBe(401);
  });

  it("refuses what is no cursor, no approval and no time", async () => {
    for (const query of [`approval=${id}&cursor=abc`, "from=yesterday", "approval=1", "x=1"])
      expect((await events(`?${query}`)).body).toMatchObject({ code: "invalid" });
  });
});

describe("the role of docs/audit.md", () => {
  it("can do all that Countersign does, and change nothing of the trail", async () => {
    const role = `app_${crypto.randomUUID().slice(0, 8)}`;
    const sql = /```sql\n([^]*?)```/.exec(readFileSync(projectFile("docs/audit.md"), "utf8"))?.[1] ?? "";
    await product.database.query(sql.replaceAll("countersign_app", role));
    const url = new URL(product.database.url);
    [url.username, url.password] = [role, "CHANGE-ME"];
    const database = openDatabase(url.toString());
    try {
      const stream = crypto.randomUUID();
      await database.transaction((transaction) => beginAudit(transaction, lifeOf(stream).slice(0, 2)));
      await database.transaction((transaction) => appendAudit(transaction, lifeOf(stream).slice(2)));
      await seal(database);
      expect(
        await database.run((client) => client.approval.updateMany({ where: { id }, data: { title: "x" } })),
      ).toEqual({ count: 1 });
      for (const table of ["audit_event", "audit_checkpoint"])
        for (const statement of [
          `update ${table} set seq = 1`,
          `delete from ${table}`,
          `truncate ${table}`,
          `alter table ${table} disable trigger all`,
        ])
          await expect(database.run((client) => client.$executeRawUnsafe(statement))).rejects.toThrow(
            /permission denied|must be owner/,
          );
      await expect(
        database.run((client) => client.$executeRawUnsafe("set session_replication_role = replica")),
      ).rejects.toThrow(/permission denied/);
      expect((await verify(database)).events).toBeGreaterThan(4);
    } finally {
      await database.close();
      await product.database.query(`drop owned by ${role}; drop role ${role}`);
    }
  });
});
