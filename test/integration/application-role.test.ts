import pg from "pg";
import supertest from "supertest";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { verifyCommand } from "../../src/commands/audit/verify.ts";
import { migrateCommand } from "../../src/commands/migrate.ts";
import { applicationRole } from "../support/application-role.ts";
import { startCountersign } from "../support/countersign-process.ts";
import { processSurroundings } from "../support/process-surroundings.ts";
import { startProduct, testSecret, type Product } from "../support/product.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { until } from "../support/until.ts";

async function as(url: string, statement: string): Promise<pg.QueryResultRow[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<pg.QueryResultRow>(statement)).rows;
  } finally {
    await client.end();
  }
}

const queues = ["postgres", ...(inject("redisUrl") === null ? [] : (["redis"] as const))] as const;

describe.each(queues)("as the application role, with the queue on %s", (queue) => {
  let product: Product;
  beforeAll(async () => void (product = await startProduct({ queue })));
  afterAll(() => product[Symbol.asyncDispose]());

  it("the product takes a task, decides, answers, and its trail is whole", async () => {
    const executionArn = await product.startExecution({ commit: "abc" });
    const id = await product.approvalOf(executionArn);
    await supertest(product.app)
      .post(`/api/v1/approvals/${id}/decision`)
      .auth(await product.bot(), { type: "bearer" })
      .send({ verdict: "approve" })
      .expect(200);
    await until(
      "the execution succeeds",
      async () => (await product.describe(executionArn)).status === "SUCCEEDED",
    );
    const roles = await product.database.query(
      "select distinct usename::text as role from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    );
    expect(roles).toEqual([{ role: applicationRole.name }]);
    const lines: string[] = [];
    const environment = { DATABASE_URL: product.database.applicationUrl, COUNTERSIGN_SECRET: testSecret };
    await verifyCommand(environment, {}, (line) => lines.push(line));
    expect(lines.join("\n")).not.toContain("broken");
  });
});

describe("the application role", () => {
  let database: TestDatabase;
  beforeAll(async () => void (database = await createTestDatabase()));
  afterAll(() => database.drop());
  const refused = (statement: string) =>
    expect(as(database.applicationUrl, statement), statement).rejects.toThrow(
      /permission denied|must be owner/,
    );

  it("is refused every way to change or drop what only takes new rows", async () => {
    const tables = await database.query<{ name: string }>(
      "select tgrelid::regclass::text as name from pg_trigger where tgname like '%takes_new_rows_only'",
    );
    expect(tables.map(({ name }) => name).sort()).toEqual(["audit_checkpoint", "audit_event", "policy"]);
    for (const { name } of tables)
      for (const statement of [
        `delete from ${name}`,
        `truncate ${name}`,
        `alter table ${name} disable trigger all`,
        `drop trigger ${name}_takes_new_rows_only on ${name}`,
        `alter table ${name} owner to current_user`,
        `create trigger mine before insert on ${name} for each row execute function suppress_redundant_updates_trigger()`,
        `drop table ${name}`,
        `select from ${name} for update`,
      ])
        await refused(statement);
    for (const statement of [
      "update audit_event set seq = 1",
      "update audit_checkpoint set seq = 1",
      "update policy set body = ''",
    ])
      await refused(statement);
  });

  it("can neither switch triggers off for its session, nor undo what protects the trail, nor create anything", async () => {
    for (const statement of [
      "set session_replication_role = replica",
      "drop function audit_takes_new_rows_only() cascade",
      "create or replace function audit_takes_new_rows_only() returns trigger language plpgsql as 'begin return null; end'",
      "drop schema public cascade",
      "delete from _prisma_migrations",
      "create table public.mine ()",
      "create table bullmq.mine ()",
      "create schema mine",
    ])
      await refused(statement);
    // Whoever has nothing to give is not refused but warned.
    await as(database.applicationUrl, "grant all on audit_event to current_user");
    await refused("update audit_event set seq = 1");
  });
});

describe("countersign migrate, with COUNTERSIGN_DATABASE_ROLE", () => {
  let database: TestDatabase;
  let role = "";
  beforeAll(async () => {
    database = await createTestDatabase();
    role = `Role "${crypto.randomUUID().slice(0, 8)}"`;
  });
  afterAll(async () => {
    const name = pg.escapeIdentifier(role);
    await database.query(`drop owned by ${name}; drop role ${name}`);
    await database.drop();
  });
  const migrate = async (name = role) => {
    const lines: string[] = [];
    const environment = { DATABASE_URL: database.url, COUNTERSIGN_DATABASE_ROLE: name };
    await migrateCommand(environment, (line) => lines.push(line));
    return lines.join("\n");
  };
  const rights = async (table: string) => {
    const wanted = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER"];
    const rows = await database.query<{ right: string }>(
      'select "right" from unnest($3::text[]) as "right" where has_table_privilege($1::name, $2, "right")',
      [role, table, wanted],
    );
    return rows.map((row) => row.right);
  };

  it("says how to make a role that does not exist, and that an owner will not do", async () => {
    const sql = `create role ${pg.escapeIdentifier(role)} login password 'CHANGE-ME';`;
    await expect(migrate()).rejects.toThrow(sql);
    await database.query(sql);
    await expect(migrate(decodeURIComponent(new URL(database.url).username))).rejects.toThrow(
      "is a superuser or owns the audit trail",
    );
  });

  it("gives it every table, but of the audit trail to add and to read alone, and again after the next migration", async () => {
    expect(await migrate()).toContain(`${role} has its rights`);
    const all = ["SELECT", "INSERT", "UPDATE", "DELETE"];
    for (const table of ["approval", "audit_unsealed", "bullmq.job"])
      expect(await rights(table)).toEqual(all);
    for (const table of ["audit_event", "audit_checkpoint", "policy"])
      expect(await rights(table)).toEqual(["SELECT", "INSERT"]);
    expect(await rights("_prisma_migrations")).toEqual(["SELECT"]);
    const name = pg.escapeIdentifier(role);
    await database.query(
      `create table younger (); grant all on audit_event to ${name}; grant update (type) on audit_event to ${name}`,
    );
    await Promise.all([migrate(), migrate(), migrate()]);
    expect(await rights("younger")).toEqual(all);
    expect(await rights("audit_event")).toEqual(["SELECT", "INSERT"]);
    expect(
      await database.query("select has_any_column_privilege($1::name, 'audit_event', 'UPDATE') as may", [
        role,
      ]),
    ).toEqual([{ may: false }]);
  });

  it("refuses to migrate as the role itself, in words", async () => {
    await database.query(
      "delete from _prisma_migrations where migration_name = (select max(migration_name) from _prisma_migrations)",
    );
    const environment = { DATABASE_URL: database.applicationUrl };
    await expect(migrateCommand(environment, () => undefined)).rejects.toThrow(
      `the role ${applicationRole.name} may not change it: run \`countersign migrate\` as its owner`,
    );
  });
});

describe("a process that may change the trail", () => {
  const warning = "may change or drop the audit trail";

  it("says so at its start and goes on; as the application role there is nothing to say", async () => {
    await using around = await processSurroundings();
    const { REDIS_URL: _without, ...environment } = around.environment as Record<string, string>;
    const { url, applicationUrl } = around.database;
    for (const [databaseUrl, isWarned] of [
      [url, true],
      [applicationUrl, false],
    ] as const) {
      const api = startCountersign(["api"], { ...environment, DATABASE_URL: databaseUrl });
      try {
        await api.says('"msg":"ready"');
        if (isWarned) await api.says(warning);
        expect(await api.kill("SIGTERM")).toEqual({ code: 0, signal: null });
        const lines = api
          .output()
          .split("\n")
          .filter((line) => line.includes(warning));
        expect(lines.map((line) => JSON.parse(line) as object)).toEqual(
          isWarned
            ? [expect.objectContaining({ level: 40, tables: ["audit_checkpoint", "audit_event"] })]
            : [],
        );
      } finally {
        await api.kill("SIGKILL");
      }
    }
  });
});
