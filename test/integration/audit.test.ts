import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import supertest from "supertest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSigningKey } from "../../src/adapters/crypto/signing-key.ts";
import { trustingKeys } from "../../src/adapters/crypto/verify-jws.ts";
import { reconcileDecisions } from "../../src/application/reconcile-decisions.ts";
import { sealAudit } from "../../src/application/seal-audit.ts";
import { exportCommand } from "../../src/commands/audit/export.ts";
import { AuditBroken, verifyCommand, type VerifyOptions } from "../../src/commands/audit/verify.ts";
import { applicationRole } from "../support/application-role.ts";
import { tamper } from "../support/audit.ts";
import { startProduct, testSecret, type Product } from "../support/product.ts";
import { until } from "../support/until.ts";

let product: Product;
let folder = "";
/** One approved, one rejected, one stopped. */
let ids: { approved: string; rejected: string; lapsed: string };
let approvedArn = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "countersign-audit-"));
  product = await startProduct();
  const [approved, rejected, lapsed] = [await begin(), await begin(), await begin()];
  approvedArn = approved.executionArn;
  ids = { approved: approved.id, rejected: rejected.id, lapsed: lapsed.id };
  await decide(approved.id, { verdict: "approve" });
  await decide(rejected.id, { verdict: "reject", comment: "no" });
  await product.deps.approvals.lapse(lapsed.id, "execution_stopped", new Date(Date.UTC(2026, 5, 1, 12)), [
    {
      type: "approval.lapsed",
      at: new Date(Date.UTC(2026, 5, 1, 12)),
      approvalId: lapsed.id,
      actor: { kind: "system", id: "countersign", name: "Countersign" },
      detail: { reason: "execution_stopped" },
    },
  ]);
  await until("both answers are settled", async () => {
    const [row] = await product.database.query<{ n: number }>(
      "select count(*)::int as n from audit_event where type = 'answer.settled'",
    );
    return row?.n === 2;
  });
  product.endpoint.releasePolls();
  await product.stopWorkers();
  await sealAudit(product.deps);
});

afterAll(async () => {
  await product[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function begin() {
  const executionArn = await product.startExecution({ commit: "abc" });
  return { executionArn, id: await product.approvalOf(executionArn) };
}

async function decide(id: string, body: object) {
  await supertest(product.app)
    .post(`/api/v1/approvals/${id}/decision`)
    .auth(await product.bot(), { type: "bearer" })
    .send(body)
    .expect(200);
}

const environment = () => ({ DATABASE_URL: product.database.url, COUNTERSIGN_SECRET: testSecret });

async function verify(
  options: VerifyOptions = {},
  env: Record<string, string> = environment(),
): Promise<string> {
  const lines: string[] = [];
  await verifyCommand(env, options, (line) => lines.push(line));
  return lines.join("\n");
}

async function exported(name: string, interval: { from?: Date; to?: Date } = {}): Promise<string> {
  const output = join(folder, name);
  await exportCommand(
    environment(),
    { ...interval, output },
    { write: async () => undefined, note: () => undefined },
  );
  return output;
}

/** Breaks what `statement` breaks, looks, and mends it with `undo`. */
async function broken(statement: string, undo: string, options: VerifyOptions = {}): Promise<string> {
  await tamper(product.database, statement);
  try {
    return await verify(options).then(
      () => "it holds",
      (error: unknown) => (error instanceof AuditBroken ? error.message : Promise.reject(error as Error)),
    );
  } finally {
    await tamper(product.database, undo);
  }
}

/** With empty tables in the place of these. */
async function withoutRows(tables: readonly string[], work: () => Promise<void>): Promise<void> {
  const each = (statement: (table: string) => string) =>
    product.database.query(tables.map(statement).join(";"));
  await each(
    (table) =>
      `alter table ${table} rename to kept_${table}; create table ${table} (like kept_${table}); grant all on ${table} to ${applicationRole.name}`,
  );
  await work();
  await each((table) => `drop table ${table}; alter table kept_${table} rename to ${table}`);
}

describe("countersign audit verify", () => {
  it("says that the trail of a whole journey holds, and who signed its checkpoints", async () => {
    const told = await verify();
    expect(told).toMatch(/^the audit trail holds: \d+ events in \d+ streams; 0 of them wait/);
    expect(told).toContain(`signed by ${createSigningKey(testSecret, null).publicKey.kid}`);
    const anchor = /anchor: (\d+):([0-9a-f]{64})/.exec(told);
    expect(await verify({ anchor: { checkpoint: Number(anchor?.[1]), hash: anchor?.[2] ?? "" } })).toBe(told);
  });

  it("names the first broken link", async () => {
    const at = `where stream = '${ids.rejected}' and seq = 2`;
    expect(
      await broken(
        `update audit_event set at = at + interval '1 s' ${at}`,
        `update audit_event set at = at - interval '1 s' ${at}`,
      ),
    ).toBe(
      `The audit trail is broken. First:\n  stream ${ids.rejected}, event 2 was changed: its columns do not give its hash`,
    );
  });

  it("misses the events of approvals and decisions that never were told", async () => {
    const copy = "create table kept as select * from audit_event";
    const back =
      "insert into audit_event select * from kept where not exists (select from audit_event e where e.stream = kept.stream and e.seq = kept.seq); drop table kept";
    const marks =
      "delete from audit_checkpoint; insert into audit_unsealed (stream) select distinct stream from audit_event";
    await product.database.query("create table kept_checkpoint as select * from audit_checkpoint");
    const told = await broken(
      `${copy}; ${marks}; delete from audit_event where stream = '${ids.approved}'`,
      `${back}; insert into audit_checkpoint select * from kept_checkpoint; delete from audit_unsealed`,
    );
    expect(told).toContain(
      `stream ${ids.approved}, event 1 is missing or changed: the approval has no event that tells of its arrival`,
    );
    expect(told).toContain("has no event that tells of decision");
    expect(await verify()).toContain("holds");
  });

  it("trusts the keys that it is given alone", async () => {
    const keys = join(folder, "others.json");
    await writeFile(
      keys,
      JSON.stringify({
        keys: [createSigningKey("a secret of somebody else's, long enough", null).publicKey],
      }),
    );
    await expect(verify({ keys })).rejects.toThrow(
      /checkpoint 1 has no good signature. None of the trusted keys has signed it/,
    );
  });

  it("kept after approvals are gone, it still holds", async () => {
    await withoutRows(
      ["idempotency_key", "answer", "decision", "vote", "task_token", "approval"],
      async () => {
        expect(await verify()).toContain("holds");
      },
    );
  });
});

describe("audit verify --with-history", () => {
  const reconcile = () =>
    reconcileDecisions({
      ...product.deps,
      clock: { ...product.deps.clock, sleep: () => Promise.resolve() },
      checkSignature: trustingKeys([createSigningKey(testSecret, null).publicKey]),
    });

  it("finds every decision again in the history of its execution, with its receipt", async () => {
    expect(await reconcile()).toEqual({ agreed: 2, unknown: 0, faults: [] });
  });

  it("works from the trail alone when the approval is gone", async () => {
    await withoutRows(["approval"], async () => {
      expect(await reconcile()).toEqual({ agreed: 2, unknown: 0, faults: [] });
    });
  });

  it("names a decision that history tells otherwise", async () => {
    const forge = (from: string, to: string) =>
      `update audit_event set detail = replace(detail::text, '"verdict":"${from}"', '"verdict":"${to}"')::json where stream = '${ids.approved}' and type = 'approval.decided'`;
    await tamper(product.database, forge("approve", "reject"));
    expect((await reconcile()).faults).toEqual([
      {
        stream: ids.approved,
        seq: 3,
        what: `is told otherwise by the history of ${approvedArn}: its output carries another verdict`,
      },
    ]);
    await tamper(product.database, forge("reject", "approve"));
    const other = `update audit_event set detail = replace(detail::text, 'accepted', 'too_late')::json where stream = '${ids.rejected}' and type = 'answer.settled'`;
    await tamper(product.database, other);
    expect((await reconcile()).faults).toEqual(
      [
        { stream: ids.rejected, seq: 4, what: expect.stringMatching(/counted, by the history of/) as string },
      ].map((fault) => ({ ...fault, seq: 3 })),
    );
    await tamper(product.database, other.replace("'accepted', 'too_late'", "'too_late', 'accepted'"));
  });
});

describe("countersign audit export", () => {
  it("writes JSON Lines that verify --file checks with the keys alone", async () => {
    const file = await exported("all.jsonl");
    const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
    const [{ n }] = (await product.database.query<{ n: number }>(
      "select count(*)::int as n from audit_event",
    )) as [{ n: number }];
    expect(lines).toHaveLength(n + 1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      event: { seq: expect.any(Number) as number, type: expect.any(String) as string },
      hash: expect.any(String) as string,
    });
    const keys = join(folder, "keys.json");
    await writeFile(keys, (await supertest(product.app).get("/.well-known/countersign-keys.json")).text);
    const offline = { COUNTERSIGN_DATA: join(folder, "nothing") };
    expect(await verify({ file, keys }, offline)).toContain(`${n} events from the beginning`);
    await expect(verify({ file }, offline)).rejects.toThrow(/Which keys are to be trusted/);
  });

  it("holds the events of its interval: from included, to not", async () => {
    const [times] = await product.database.query<{ first: Date; last: Date; n: number; before: number }>(
      "select min(at) as first, max(at) as last, count(*)::int as n, count(*) filter (where at < (select max(at) from audit_event))::int as before from audit_event",
    );
    if (times === undefined) throw new Error("no events");
    expect(await verify({ file: await exported("from.jsonl", { from: times.first }) })).toContain(
      `${times.n} events`,
    );
    expect(await verify({ file: await exported("to.jsonl", { to: times.last }) })).toContain(
      `${times.before} events`,
    );
    expect(await verify({ file: await exported("none.jsonl", { to: times.first }) })).toContain("0 events");
  });

  it.each<[string, (lines: string[]) => string[], RegExp]>([
    [
      "a changed byte",
      (lines) => lines.with(2, (lines[2] ?? "").replace('"seq":', '"seq": ')),
      /line 3 was changed/,
    ],
    ["a deleted line", (lines) => lines.toSpliced(2, 1), /line \d+ /],
    [
      "two lines that changed places",
      (lines) => lines.with(1, lines[3] ?? "").with(3, lines[1] ?? ""),
      /line [23] stands at another place/,
    ],
    ["a line twice", (lines) => lines.toSpliced(2, 0, lines[1] ?? ""), /line 3 stands at another place/],
    ["no signature", (lines) => lines.slice(0, -1), /there is no signature/],
    [
      "a signature of another export",
      (lines) => lines.toSpliced(0, lines.length - 1),
      /was signed over \d+ events/,
    ],
    ["a line after the end", (lines) => [...lines, lines[0] ?? ""], /comes after the signature/],
    ["rubbish", (lines) => lines.with(0, "{}"), /line 1 is no line of an export/],
  ])("with %s it is refused", async (what, change, message) => {
    const lines = (await readFile(await exported(`${what}.source.jsonl`), "utf8")).trimEnd().split("\n");
    const file = join(folder, `${what}.jsonl`);
    await writeFile(file, `${change(lines).join("\n")}\n`);
    await expect(verify({ file })).rejects.toThrow(message);
  });

  it("overwrites nothing", async () => {
    await expect(exported("all.jsonl")).rejects.toThrow(/cannot be written/);
  });
});
