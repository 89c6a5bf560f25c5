import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { calculateJwkThumbprint } from "jose";
import supertest from "supertest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSigner } from "../../src/adapters/crypto/signer.ts";
import { createSigningKey } from "../../src/adapters/crypto/signing-key.ts";
import { trustingKeys } from "../../src/adapters/crypto/verify-jws.ts";
import {
  receiptVerifyCommand,
  ReceiptUnfit,
  type ReceiptOptions,
} from "../../src/commands/receipt-verify.ts";
import type { KeySet } from "../../src/contract/receipt.ts";
import { projectFile } from "../../src/project-file.ts";
import { startProduct, testSecret, type Product } from "../support/product.ts";
import { until } from "../support/until.ts";

const commit = "2f5e4ae6b7d1c09f8b3a4d5e6f708192a3b4c5d6";

let product: Product;
let server: Server;
/** Where the product listens: its receipts name another address, as behind a proxy. */
let address = "";
let approved: { executionArn: string; id: string; output: { receipt: string; decisionId: string } };

beforeAll(async () => {
  product = await startProduct();
  server = createServer(product.app).listen(0, "127.0.0.1");
  await once(server, "listening");
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const executionArn = await product.startExecution({ commit, repository: "acme/shop" });
  const id = await product.approvalOf(executionArn);
  await decide(id, { verdict: "approve", comment: "go" });
  const { output = "" } = await until("the execution ends", async () =>
    (await product.describe(executionArn)).status === "RUNNING" ? null : product.describe(executionArn),
  );
  approved = { executionArn, id, output: JSON.parse(output) as (typeof approved)["output"] };
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
  await product[Symbol.asyncDispose]();
});

async function decide(id: string, body: object) {
  const reply = await supertest(product.app)
    .post(`/api/v1/approvals/${id}/decision`)
    .auth(await product.bot(), { type: "bearer" })
    .send(body);
  expect(reply.status).toBe(200);
}

const keysNow = async () =>
  (await supertest(product.app).get("/.well-known/countersign-keys.json")).body as KeySet;

async function check(receipt: string, options: Partial<ReceiptOptions> = {}) {
  const lines: string[] = [];
  await receiptVerifyCommand(
    {},
    receipt,
    { verdict: "approve", keys: `${address}/.well-known/countersign-keys.json`, ...options },
    { print: (line) => lines.push(line), readInput: async () => JSON.stringify(approved.output) },
  );
  return JSON.parse(lines.join("")) as Record<string, unknown>;
}

describe("the output of an approved task", () => {
  it("carries a receipt that says who approved what, for which execution", async () => {
    expect(await check(approved.output.receipt)).toEqual({
      iss: "http://127.0.0.1:3000",
      iat: expect.any(Number) as number,
      decisionId: approved.output.decisionId,
      approvalId: approved.id,
      verdict: "approve",
      decidedAt: expect.any(String) as string,
      voters: [{ kind: "bot", id: expect.any(String) as string, name: "release bot" }],
      policyDigest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      breakGlass: false,
      repository: "acme/shop",
      commit,
      activityArn: product.activityArn,
      executionArn: approved.executionArn,
      state: "Approve",
    });
  });

  it("is the same that the API gives", async () => {
    const reply = await supertest(product.app)
      .get(`/api/v1/approvals/${approved.id}/receipt`)
      .auth(await product.bot("read"), { type: "bearer" });
    expect(reply.body).toEqual({ receipt: approved.output.receipt });
  });
});

it("a rejection that fails the state leaves its receipt at the API", async () => {
  const id = await product.approvalOf(await product.startExecution({ commit }));
  const get = async () =>
    supertest(product.app)
      .get(`/api/v1/approvals/${id}/receipt`)
      .auth(await product.bot(), { type: "bearer" });
  expect((await get()).body).toMatchObject({ status: 404, code: "not_found" });
  await decide(id, { verdict: "reject", comment: "no" });
  const { receipt } = (await get()).body as { receipt: string };
  await expect(check(receipt)).rejects.toThrow(
    "The receipt is genuine, but its verdict is reject, not approve.",
  );
  expect(await check(receipt, { verdict: "any" })).toMatchObject({ verdict: "reject", approvalId: id });
});

it("an execution that the input only claims is in no receipt", async () => {
  const { approvals } = product.deps;
  const id = await product.approvalOf(await product.startExecution({ commit }));
  // Like one from before there were policies: rules that exclude people would wait for the proof.
  const unproven = "update approval set execution_is_proven = false, policy_digest = null where id = $1";
  await product.database.query(unproven, [id]);
  await decide(id, { verdict: "approve" });
  expect(await check((await approvals.receiptOf(id)) ?? "")).toMatchObject({
    executionArn: null,
    state: null,
  });
});

describe("countersign receipt verify", () => {
  it("takes a receipt for what it is for, offline too, and a task's whole output", async () => {
    const folder = await mkdtemp(join(tmpdir(), "countersign-receipt-"));
    try {
      const keys = join(folder, "keys.json");
      await writeFile(keys, JSON.stringify(await keysNow()));
      const { executionArn: execution } = approved;
      expect(
        await check("-", {
          keys,
          commit: commit.toUpperCase(),
          execution,
          repository: "acme/shop",
          state: "Approve",
          activity: product.activityArn,
          issuer: "http://127.0.0.1:3000/",
        }),
      ).toMatchObject({ commit });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.each([
    [{ commit: "a".repeat(40) }, /its commit is 2f5e.* not aaaa/],
    [{ repository: "acme/blog" }, /its repository is acme\/shop, not acme\/blog/],
    [{ execution: "arn:aws:states:us-east-1:123456789012:execution:deploy:other" }, /its execution is/],
    [{ state: "approve" }, /its state is Approve, not approve/],
    [{ activity: "arn:aws:states:us-east-1:123456789012:activity:other" }, /its activity is .*, not .*other/],
    [{ issuer: "https://nobody.example" }, /its issuer is http:\/\/127.0.0.1:3000, not https:\/\/nobody/],
    [{ verdict: "reject" as const }, /its verdict is approve, not reject/],
  ])("refuses it for anything else: %j", async (options, message) => {
    await expect(check(approved.output.receipt, options)).rejects.toThrow(ReceiptUnfit);
    await expect(check(approved.output.receipt, options)).rejects.toThrow(message);
  });

  it("refuses a receipt with any character changed", async () => {
    const { receipt } = approved.output;
    const characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    const { keys } = await keysNow();
    await fc.assert(
      fc.asyncProperty(fc.nat(receipt.length - 1), fc.constantFrom(...characters), async (at, character) => {
        fc.pre(receipt[at] !== character);
        const other = receipt.slice(0, at) + character + receipt.slice(at + 1);
        expect(await trustingKeys(keys)(other, "countersign-receipt+jwt")).toHaveProperty("fault");
      }),
      { numRuns: 300 },
    );
  });

  it("refuses what was signed by somebody else, or for something else", async () => {
    const { keys } = await keysNow();
    const foreign = createSigningKey("another secret that is long enough for this", null);
    const own = createSigningKey(testSecret, null);
    const [, payload = ""] = approved.output.receipt.split(".");
    const claims = Buffer.from(payload, "base64url").toString();
    const look = (jws: string) => trustingKeys(keys)(jws, "countersign-receipt+jwt");
    expect(await look(foreign.sign("countersign-receipt+jwt", claims))).toEqual({
      fault: `None of the trusted keys has signed it, but key ${foreign.publicKey.kid}. If that was yours, add its public key to COUNTERSIGN_RETIRED_KEYS, or to what --keys names; if not, this is forged.`,
    });
    expect(await look(own.sign("countersign-export+jwt", claims))).toEqual({
      fault: "It is a countersign-export+jwt, not a countersign-receipt+jwt.",
    });
    expect(await look(`${Buffer.from('{"alg":"none"}').toString("base64url")}.${payload}.`)).toHaveProperty(
      "fault",
    );
  });
});

describe("/.well-known/countersign-keys.json", () => {
  it("is for everybody and may be kept for a while", async () => {
    const reply = await supertest(product.app).get("/.well-known/countersign-keys.json");
    expect([reply.status, reply.headers["cache-control"]]).toEqual([200, "public, max-age=300"]);
    const { keys } = JSON.parse(reply.text) as KeySet;
    for (const key of keys) expect(await calculateJwkThumbprint(key)).toBe(key.kid);
  });

  it("serves the key of today, then the retired ones that the operator names", async () => {
    const own = createSigningKey(testSecret, null);
    const earlier = createSigningKey("the secret before it, also long enough", null);
    const receipt = earlier.sign("countersign-receipt+jwt", "{}");
    const verdict = async (retired: string[]) =>
      trustingKeys(createSigner(own, retired, "http://127.0.0.1:3000").publicKeys())(
        receipt,
        "countersign-receipt+jwt",
      );
    expect((await keysNow()).keys).toEqual([own.publicKey]);
    const { x, kid } = earlier.publicKey;
    expect(createSigner(own, [x, own.publicKey.x], "").publicKeys()).toEqual([
      own.publicKey,
      earlier.publicKey,
    ]);
    expect(await verdict([x])).toMatchObject({ kid });
    expect(await verdict([])).toHaveProperty("fault");
  });
});

it("the deploy step of docs/deploy-step.md acts on its own approval only", async () => {
  const sample =
    /```js\n([^]*?)```/.exec(readFileSync(projectFile("docs/deploy-step.md"), "utf8"))?.[1] ?? "";
  // Beside our node_modules, where it finds jose.
  const folder = await mkdtemp(projectFile("test/.deploy-step-"));
  const before = process.env["COUNTERSIGN_URL"];
  process.env["COUNTERSIGN_URL"] = address;
  try {
    const file = join(folder, "deploy-step.mjs");
    // The product listens on a port of this run's; its receipts name the address that people type.
    await writeFile(file, sample.replace(/\n {4}issuer,/, '\n    issuer: "http://127.0.0.1:3000",'));
    const { handler } = (await import(pathToFileURL(file).href)) as {
      handler: (event: object) => Promise<unknown>;
    };
    const { executionArn } = approved;
    const event = { commit, executionArn, state: "Approve", approval: approved.output };
    expect(await handler(event)).toEqual({ deployed: commit, approvedBy: ["release bot"] });
    await expect(handler({ ...event, commit: "a".repeat(40) })).rejects.toThrow(/The receipt is for 2f5e/);
    await expect(handler({ ...event, executionArn: "other" })).rejects.toThrow(/another execution/);
    await expect(handler({ ...event, state: "Approve again" })).rejects.toThrow(/another approval/);
    const [head, , signature] = approved.output.receipt.split(".");
    const forged = Buffer.from(JSON.stringify({ verdict: "approve", commit })).toString("base64url");
    await expect(
      handler({ ...event, approval: { receipt: `${head}.${forged}.${signature}` } }),
    ).rejects.toThrow(/signature/);
  } finally {
    if (before === undefined) delete process.env["COUNTERSIGN_URL"];
    else process.env["COUNTERSIGN_URL"] = before;
    await rm(folder, { recursive: true });
  }
});
