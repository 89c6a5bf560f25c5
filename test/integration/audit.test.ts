import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSigningKey } from "../../src/adapters/crypto/signing-key.ts";
import { trustingKeys } from "../../src/adapters/crypto/verify-jws.ts";
import { reconcileDecisions } from "../../src/application/reconcile-decisions.ts";
import { AuditBroken, type VerifyOptions } from "../../src/commands/audit/verify.ts";
import { applicationRole } from "../support/application-role.ts";
import { tamper } from "../support/audit.ts";
import { auditedProduct, type AuditedProduct } from "../support/audited-product.ts";
import { testSecret, type Product } from "../support/product.ts";

let audited: AuditedProduct;
let product: Product;
let folder = "";
let ids: AuditedProduct["ids"];

beforeAll(async () => {
  audited = await auditedProduct();
  ({ product, folder, ids } = audited);
});

afterAll(() => audited[Symbol.asyncDispose]());

const verify: AuditedProduct["verify"] = (...of) => audited.verify(...of);

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

  it.each([
    ["decision", "verdict = 'reject'", "verdict = 'approve'", 3, "verdict of the decision"],
    ["decision", "comment = 'forged'", "comment = null", 3, "comment of the decision"],
    [
      "decision",
      "break_glass_reason = 'x'",
      "break_glass_reason = null",
      3,
      "breakGlassReason of the decision",
    ],
    [
      "decision",
      `decided_by = replace(decided_by::text, 'release', 'other')::json`,
      `decided_by = replace(decided_by::text, 'other', 'release')::json`,
      3,
      "decidedBy of the decision",
    ],
    ["vote", "actor_name = 'Eve'", "actor_name = 'release bot'", 2, /actor of vote [0-9a-f-]{36}$/],
    [
      "vote",
      "actor_id = 'x' || actor_id",
      "actor_id = substr(actor_id, 2)",
      2,
      "its vote is missing, or is another actor's",
    ],
    ["vote", "verdict = 'reject'", "verdict = 'approve'", 2, /verdict of vote/],
    ["vote", "comment = 'forged'", "comment = null", 2, /comment of vote/],
    ["approval", "status = 'rejected'", "status = 'approved'", 3, "status of the approval"],
    ["approval", "commit = 'evil'", "commit = 'abc'", 3, "commit of the approval"],
  ])("names what %s shows otherwise than the trail: %s", async (table, change, back, seq, what) => {
    const where = `where ${table === "approval" ? "id" : "approval_id"} = '${ids.approved}'`;
    const told = await broken(
      `update ${table} set ${change} ${where}`,
      `update ${table} set ${back} ${where}`,
    );
    const line = told.split("\n")[1] ?? "";
    expect(line).toContain(`stream ${ids.approved}, event ${seq} is shown otherwise: `);
    expect(line).toMatch(what);
  });

  it("names votes that were taken away or added, and a decision that was taken away", async () => {
    const votes = await broken(
      `create table kept as select * from vote; delete from vote where approval_id = '${ids.approved}';
       insert into vote (id, approval_id, actor_kind, actor_id, actor_name, verdict, at)
       values (gen_random_uuid(), '${ids.rejected}', 'person', 'x', 'Eve', 'reject', now())`,
      "delete from vote; insert into vote select * from kept; drop table kept",
    );
    expect(votes).toContain(`stream ${ids.approved}, event 2 is shown otherwise: its vote is missing`);
    expect(votes).toMatch(
      new RegExp(`stream ${ids.rejected}, event 1 is of an approval that shows vote .* no event`),
    );
    const decision = await broken(
      `create table kept as select * from decision; delete from decision where approval_id = '${ids.approved}'`,
      "delete from decision; insert into decision select * from kept; drop table kept",
    );
    expect(decision).toContain(`stream ${ids.approved}, event 3 is shown otherwise: its decision is missing`);
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

  it.each([
    ["commit", '"commit":"abc"', '"commit":"evil"'],
    ["voters", '"name":"release bot"', '"name":"Eve"'],
    ["policyDigest", '"policyDigest":"', '"policyDigest":"0'],
  ])("names a trail whose %s is not the receipt's", async (claim, from, to) => {
    const forge = (one: string, other: string) =>
      `update audit_event set detail = replace(detail::text, '${one}', '${other}')::json where stream = '${ids.approved}' and type = 'approval.decided'`;
    await tamper(product.database, forge(from, to));
    const { faults } = await reconcile();
    await tamper(product.database, forge(to, from));
    expect(faults).toMatchObject([
      { stream: ids.approved, seq: 3, what: expect.stringContaining(`has another ${claim}`) as string },
    ]);
  });

  it("looks where the trail says, wherever the approval's row points", async () => {
    await product.database.query("update approval set execution_arn = execution_arn || '-other'");
    expect(await reconcile()).toEqual({ agreed: 2, unknown: 0, faults: [] });
    await product.database.query("update approval set execution_arn = replace(execution_arn, '-other', '')");
  });

  it("names a decision that history tells otherwise", async () => {
    const forge = (from: string, to: string) =>
      `update audit_event set detail = replace(detail::text, '"verdict":"${from}"', '"verdict":"${to}"')::json where stream = '${ids.approved}' and type = 'approval.decided'`;
    await tamper(product.database, forge("approve", "reject"));
    expect((await reconcile()).faults).toEqual([
      {
        stream: ids.approved,
        seq: 3,
        what: `is told otherwise by the history of ${audited.approvedArn}: its output carries another verdict`,
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
