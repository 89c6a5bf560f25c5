import { createHash } from "node:crypto";
import supertest from "supertest";
import { afterAll, beforeAll, expect, it } from "vitest";
import { chaining } from "../../../src/adapters/crypto/chaining.ts";
import { createSigningKey } from "../../../src/adapters/crypto/signing-key.ts";
import { trustingKeys } from "../../../src/adapters/crypto/verify-jws.ts";
import { sealAudit } from "../../../src/application/seal-audit.ts";
import { verifyCommand } from "../../../src/commands/audit/verify.ts";
import type { KeySet } from "../../../src/contract/receipt.ts";
import { linkText } from "../../../src/domain/audit-chain.ts";
import { checkpointClaims, checkpointText } from "../../../src/domain/audit-checkpoint.ts";
import { tamper } from "../../support/audit.ts";
import { startProduct, testSecret, type Product } from "../../support/product.ts";

const own = createSigningKey(testSecret, null);
const rogue = createSigningKey("a key of whoever has got into the database", null);

let product: Product;

beforeAll(async () => {
  product = await startProduct();
  const id = await product.approvalOf(await product.startExecution({ commit: "abc" }));
  await supertest(product.app)
    .post(`/api/v1/approvals/${id}/decision`)
    .auth(await product.bot(), { type: "bearer" })
    .send({ verdict: "approve" })
    .expect(200);
  await product.quiet();
  product.endpoint.releasePolls();
  await product.stopWorkers();
  await sealAudit(product.deps);
});

afterAll(async () => product[Symbol.asyncDispose]());

async function verify(environment: Record<string, string> = {}): Promise<string> {
  const lines: string[] = [];
  await verifyCommand(
    { DATABASE_URL: product.database.url, COUNTERSIGN_SECRET: testSecret, ...environment },
    {},
    (line) => lines.push(line),
  );
  return lines.join("\n");
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
const bytes = (hex: string) => `decode('${hex}', 'hex')`;

/** Another actor in every event, all hashes anew, one checkpoint over the ends, signed with a key of the forger's own. */
async function rewriteAll(): Promise<string[]> {
  const heads = new Map<string, [number, string]>();
  const statements: string[] = [];
  for await (const batch of product.deps.audit.all())
    for (const event of batch) {
      const previousHash = heads.get(event.stream)?.[1] ?? "0".repeat(64);
      const actor = event.actor.replace("release bot", "another bot");
      const hash = chaining.digest(linkText({ ...event, actor, previousHash }));
      heads.set(event.stream, [event.seq, hash]);
      statements.push(
        `update audit_event set actor = ${literal(actor)}::json, previous_hash = ${bytes(previousHash)}, hash = ${bytes(hash)}
         where stream = ${literal(event.stream)} and seq = ${event.seq}`,
      );
    }
  const body = {
    seq: 1,
    at: "2026-06-01T12:30:00.000Z",
    previousHash: "0".repeat(64),
    heads: JSON.stringify([...heads].map(([stream, [seq, hash]]) => [stream, seq, hash])),
  };
  const hash = createHash("sha256").update(checkpointText(body)).digest("hex");
  const claims = { iss: "http://127.0.0.1:3000", ...checkpointClaims({ ...body, hash }) };
  const signature = rogue.sign("countersign-checkpoint+jwt", JSON.stringify(claims));
  return [
    ...statements,
    "delete from audit_checkpoint",
    `insert into audit_checkpoint (seq, at, previous_hash, hash, heads, signature)
     values (1, '${body.at}', ${bytes(body.previousHash)}, ${bytes(hash)}, ${literal(body.heads)}, ${literal(signature)})`,
  ];
}

it("a trail that was signed before the secret was changed holds if its key is named, and is refused by name if not", async () => {
  const COUNTERSIGN_SECRET = "the secret after it, also long enough";
  await expect(verify({ COUNTERSIGN_SECRET })).rejects.toThrow(
    `checkpoint 1 has no good signature. None of the trusted keys has signed it, but key ${own.publicKey.kid}. If that was yours, add its public key to COUNTERSIGN_RETIRED_KEYS`,
  );
  const COUNTERSIGN_RETIRED_KEYS = `${rogue.publicKey.x},${own.publicKey.x}`;
  expect(await verify({ COUNTERSIGN_SECRET, COUNTERSIGN_RETIRED_KEYS })).toContain(
    `signed by ${own.publicKey.kid}`,
  );
});

it("a trail that whoever owns the database wrote anew and signed, their key put where keys once stood, is found", async () => {
  expect(await verify()).toContain("the audit trail holds");
  const { kid, x } = rogue.publicKey;
  await tamper(
    product.database,
    [
      ...(await rewriteAll()),
      "create table if not exists signing_key (id text primary key, x text not null, first_used timestamptz not null default now())",
      `insert into signing_key (id, x) values ('${kid}', '${x}')`,
    ].join("; "),
  );
  await expect(verify()).rejects.toThrow(`checkpoint 1 has no good signature.`);
  await expect(verify()).rejects.toThrow(kid);
  // Chain and checkpoint are sound but for that signature; the rows that the page shows would still have to agree.
  await expect(verify({ COUNTERSIGN_RETIRED_KEYS: x })).rejects.toThrow("is shown otherwise: actor of vote");
});

it("their key is not served, and their receipts are refused", async () => {
  const reply = await supertest(product.app).get("/.well-known/countersign-keys.json");
  const { keys } = JSON.parse(reply.text) as KeySet;
  expect(keys).toEqual([own.publicKey]);
  const receipt = rogue.sign("countersign-receipt+jwt", JSON.stringify({ verdict: "approve" }));
  expect(await trustingKeys(keys)(receipt, "countersign-receipt+jwt")).toHaveProperty("fault");
});
