import crypto, { createHash } from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import supertest from "supertest";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { hasValidSignature } from "../../../src/adapters/forges/github-signature.ts";
import { eventBridgeSecret, startProduct } from "../../support/product.ts";
import { signedIn } from "../../support/signed-in.ts";

/** Every comparison in constant time, as pairs of what was compared. */
const compared = { pairs: [] as [string, string][] };

beforeAll(() => {
  const real = crypto.timingSafeEqual;
  const text = (view: NodeJS.ArrayBufferView) =>
    Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString("hex");
  vi.spyOn(crypto, "timingSafeEqual").mockImplementation((one, other) => {
    compared.pairs.push([text(one), text(other)]);
    return real(one, other);
  });
  // Whoever imported the function by its name has it from now on.
  syncBuiltinESMExports();
});

afterAll(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

beforeEach(() => void compared.pairs.splice(0));

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

describe("nothing about a secret can be read off the time that a refusal takes", () => {
  it("a bearer token is looked up by its SHA-256 and compared with nothing", async () => {
    const asked: string[] = [];
    await using product = await startProduct({
      workers: false,
      around: (deps) => ({
        ...deps,
        tokens: {
          ...deps.tokens,
          findByHash: (hash) => {
            asked.push(Buffer.from(hash).toString("hex"));
            return deps.tokens.findByHash(hash);
          },
        },
      }),
    });
    const token = await product.bot("read");
    const almost = `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`;
    for (const [each, status] of [
      [token, 200],
      [almost, 401],
      ["cs_", 401],
    ] as const)
      expect((await supertest(product.app).get("/api/v1/me").auth(each, { type: "bearer" })).status).toBe(
        status,
      );
    expect(asked).toEqual([token, almost, "cs_"].map(sha256));
    expect(compared.pairs).toEqual([]);
  });

  it("a webhook's signature is compared in constant time with every secret, the right one first or last", () => {
    const body = Buffer.from("{}");
    const secrets = ["one", "two", "three"];
    hasValidSignature(body, `sha256=${"0".repeat(64)}`, secrets);
    hasValidSignature(body, "sha256=short", secrets);
    expect(compared.pairs).toHaveLength(2 * secrets.length);
    expect(compared.pairs.every(([one, other]) => one.length === other.length)).toBe(true);
  });

  it("a secret of EventBridge is compared as its digest, with every secret", async () => {
    await using product = await startProduct({ workers: false });
    for (const secret of ["x", eventBridgeSecret])
      await supertest(product.app).post("/webhooks/eventbridge").set("x-countersign-secret", secret).send({});
    expect(compared.pairs.map(([, given]) => given)).toEqual(
      ["x", "x", eventBridgeSecret, eventBridgeSecret].map(sha256),
    );
  });

  it("a session's signature is compared in constant time", async () => {
    await using product = await startProduct({ workers: false });
    const { cookie } = await signedIn(product, "viewer");
    expect((await supertest(product.app).get("/api/v1/me").set("cookie", cookie)).status).toBe(200);
    expect(compared.pairs).toHaveLength(1);
  });
});
