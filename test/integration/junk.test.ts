import supertest from "supertest";
import { describe, expect, it } from "vitest";
import { startProduct, type Product } from "../support/product.ts";

function get(product: Product, token: string, path: string) {
  return supertest(product.app).get(path).auth(token, { type: "bearer" });
}

function post(product: Product, token: string, path: string, body: string | object) {
  return supertest(product.app)
    .post(path)
    .auth(token, { type: "bearer" })
    .set("content-type", "application/json")
    .send(body);
}

describe("junk", () => {
  it("invalid JSON, wrong types and unknown fields are 422 naming each", async () => {
    await using product = await startProduct({ workers: false });
    const token = await product.bot();
    const path = `/api/v1/approvals/${crypto.randomUUID()}/decision`;
    expect((await post(product, token, path, "{ nope")).body).toMatchObject({ status: 422, code: "invalid" });
    const reply = await post(product, token, path, { verdict: "maybe", comment: 7, shout: true });
    expect((reply.body as { errors: { field: string }[] }).errors.map(({ field }) => field).sort()).toEqual([
      "comment",
      "shout",
      "verdict",
    ]);
    for (const body of ["null", "[]", "7", '"approve"', ""])
      expect((await post(product, token, path, body)).status).toBe(422);
  });

  it("a NUL character in a comment is refused with its position, half a surrogate too", async () => {
    await using product = await startProduct({ workers: false });
    const token = await product.bot();
    const path = `/api/v1/approvals/${crypto.randomUUID()}/decision`;
    const reply = await post(product, token, path, '{"verdict":"approve","comment":"ab\\u0000c"}');
    expect(reply.body).toMatchObject({
      code: "invalid",
      errors: [{ field: "comment", message: expect.stringContaining("position 2") as string }],
    });
    expect((await post(product, token, path, '{"verdict":"approve","comment":"\\ud800"}')).status).toBe(422);
  });

  it("NUL is 422 wherever a text names something", async () => {
    await using product = await startProduct({ workers: false });
    const token = await product.bot();
    for (const name of ["q", "commit", "repository", "execution", "activity"]) {
      expect([name, (await get(product, token, `/api/v1/approvals?${name}=a%00b`)).status]).toEqual([
        name,
        422,
      ]);
    }
    for (const body of [
      { commit: "\u0000" },
      { commit: "a", repository: "\u0000" },
      { executionArn: "\u0000" },
      { executionArn: "a", state: "\u0000" },
    ]) {
      expect((await post(product, token, "/api/v1/decisions", { verdict: "approve", ...body })).status).toBe(
        422,
      );
    }
  });

  it("an address that is none is a problem of the caller's, not a fault", async () => {
    await using product = await startProduct({ workers: false });
    for (const path of [
      "/assets/missing.js",
      "/assets/%00",
      "/%",
      "/assets/",
      "/assets/%2e%2e/package.json",
    ]) {
      const { status } = await supertest(product.app).get(path);
      expect([path, status >= 400 && status < 500]).toEqual([path, true]);
    }
  });

  it("JSON that nests deeper than it can be printed is 422 as an output, and shown as text as an input", async () => {
    await using product = await startProduct({ workers: false });
    const token = await product.bot();
    const deep = "[".repeat(9_000) + "]".repeat(9_000);
    const path = `/api/v1/approvals/${crypto.randomUUID()}/decision`;
    expect((await post(product, token, path, `{"verdict":"approve","output":${deep}}`)).status).toBe(422);
    const [row] = await product.database.query<{ id: string }>(
      `insert into approval (id, activity_arn, worker_name, received_at, title, links, input, checked_at)
       values (gen_random_uuid(), 'a', 'w', now(), 't', '[]', $1, now()) returning id`,
      [deep],
    );
    const shown = await get(product, token, `/api/v1/approvals/${row?.id}`);
    expect([shown.status, (shown.body as { inputText: string }).inputText]).toEqual([200, deep]);
  });

  it("a key of the wrong number or company is 422", async () => {
    await using product = await startProduct({ workers: false });
    const token = await product.bot();
    expect((await post(product, token, "/api/v1/decisions", { verdict: "approve" })).status).toBe(422);
    expect(
      (
        await post(product, token, "/api/v1/decisions", {
          verdict: "approve",
          commit: "a",
          executionArn: "b",
        })
      ).status,
    ).toBe(422);
    expect(
      (await post(product, token, "/api/v1/decisions", { verdict: "approve", commit: "a", state: "b" })).body,
    ).toMatchObject({ errors: [{ field: "state" }] });
  });

  it("a body over the limit is 413", async () => {
    await using product = await startProduct({ workers: false });
    const reply = await post(product, await product.bot(), "/api/v1/decisions", {
      verdict: "approve",
      commit: "a",
      comment: "x".repeat(1024 * 1024),
    });
    expect(reply.body).toMatchObject({ status: 413, code: "too_large" });
  });

  it("an id that is none is 404, and so is a route that is none", async () => {
    await using product = await startProduct({ workers: false });
    const token = await product.bot();
    for (const id of ["x", "%00", "..%2f..", crypto.randomUUID()]) {
      expect((await get(product, token, `/api/v1/approvals/${id}`)).body).toMatchObject({
        status: 404,
        code: "not_found",
      });
      expect(
        (await post(product, token, `/api/v1/approvals/${id}/decision`, { verdict: "approve" })).body,
      ).toMatchObject({ status: 404 });
    }
    expect((await get(product, token, "/api/v1/nowhere")).body).toMatchObject({
      status: 404,
      code: "not_found",
    });
  });

  it("NUL, emoji and an input of 256 KiB survive as they came", async () => {
    await using product = await startProduct();
    const start =
      '{"nul":"a\\u0000b","emoji":"🚀 Grüße","script":"<script>alert(1)</script>","big":12345678901234567890,"fill":"';
    const input = `${start}${"x".repeat(262_144 - Buffer.byteLength(start) - 2)}"}`;
    expect(Buffer.byteLength(input)).toBe(262_144);
    const { StartExecutionCommand } = await import("@aws-sdk/client-sfn");
    const { executionArn = "" } = await product.sfn.send(
      new StartExecutionCommand({ stateMachineArn: product.stateMachineArn, input }),
    );
    const id = await product.approvalOf(executionArn);
    const reply = await get(product, await product.bot(), `/api/v1/approvals/${id}`);
    const body = reply.body as { input: { nul: string; emoji: string; fill: string }; inputText: string };
    expect(body.input).toMatchObject({
      nul: "a\u0000b",
      emoji: "🚀 Grüße",
      script: "<script>alert(1)</script>",
    });
    expect(JSON.parse(body.inputText)).toEqual(body.input);
  });

  it("an input that is no object makes an approval too, the bare string “Code build complete!” among them", async () => {
    await using product = await startProduct();
    const token = await product.bot();
    for (const input of [
      "Code build complete!",
      7,
      null,
      [],
      true,
      { approval: 5, commit: ["x"], _execution: "no" },
    ]) {
      const id = await product.approvalOf(await product.startExecution(input));
      expect((await get(product, token, `/api/v1/approvals/${id}`)).body).toMatchObject({
        status: "pending",
        input,
        title: input === "Code build complete!" ? input : "Approval for po-approval",
      });
    }
  });
});
