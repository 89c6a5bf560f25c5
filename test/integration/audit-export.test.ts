import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import supertest from "supertest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSigningKey } from "../../src/adapters/crypto/signing-key.ts";
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
const exported: AuditedProduct["exported"] = (...of) => audited.exported(...of);

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

  it("with a gap in a stream it is refused, though somebody has signed it so", async () => {
    const lines = (await readFile(await exported("gap.source.jsonl"), "utf8")).trimEnd().split("\n");
    const gone = lines.findIndex((line) => line.includes(`"seq":2,"stream":"${ids.rejected}"`));
    const kept = lines.slice(0, -1).toSpliced(gone, 1);
    const bytes = kept.map((line) => `${line}\n`).join("");
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const signature = createSigningKey(testSecret, null).sign(
      "countersign-export+jwt",
      JSON.stringify({ from: null, to: null, events: kept.length, sha256 }),
    );
    const file = join(folder, "gap.jsonl");
    await writeFile(file, `${bytes}${JSON.stringify({ signature })}\n`);
    const next = kept.findIndex((line) => line.includes(`"seq":3,"stream":"${ids.rejected}"`)) + 1;
    await expect(verify({ file })).rejects.toThrow(
      `line ${next} comes after a gap: stream ${ids.rejected}, event 2 is missing: event 1 and event 3 are here`,
    );
  });

  it.each([
    ["a deleted event", "delete from audit_event", "event 2 is missing: event 1 and event 3 are here"],
    [
      "a changed event",
      "update audit_event set at = at + interval '1 s'",
      "event 2 was changed: its columns do not give its hash",
    ],
    [
      "an event replaced by another one",
      `update audit_event set previous_hash = hash, hash = sha256(convert_to('{"actor":' || actor::text || ',"approvalId":"' || approval_id
        || '","at":"' || to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '","detail":' || detail::text || ',"previousHash":"'
        || encode(hash, 'hex') || '","seq":2,"stream":"' || stream || '","type":"' || type || '"}', 'UTF8'))`,
      "event 2 does not follow event 1 of its stream",
    ],
  ])("signs no trail with %s, and leaves no file", async (what, statement, told) => {
    const at = `stream = '${ids.rejected}' and seq = 2`;
    await product.database.query(`create table kept_event as select * from audit_event where ${at}`);
    await tamper(product.database, `${statement} where ${at}`);
    try {
      await expect(exported(`${what}.broken.jsonl`)).rejects.toThrow(
        `Nothing was signed: stream ${ids.rejected}, ${told}`,
      );
      await expect(readFile(join(folder, `${what}.broken.jsonl`))).rejects.toThrow(/ENOENT/);
      const [{ at: time }] = (await product.database.query<{ at: Date }>(
        `select at from audit_event where stream = '${ids.rejected}' and seq = 3`,
      )) as [{ at: Date }];
      if (what === "a deleted event")
        await expect(exported("after.jsonl", { from: time })).rejects.toThrow("event 2 is missing");
    } finally {
      await tamper(
        product.database,
        `delete from audit_event where ${at}; insert into audit_event select * from kept_event; drop table kept_event`,
      );
    }
  });

  it("overwrites nothing", async () => {
    await expect(exported("all.jsonl")).rejects.toThrow(/cannot be written/);
  });
});
