import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import { startProduct, type Product } from "../support/product.ts";
import { until } from "../support/until.ts";
import { voter } from "../support/voters.ts";

const approve = { verdict: "approve" };

async function oneApproval(product: Product, input: object = {}) {
  const executionArn = await product.startExecution(input);
  return { executionArn, id: await product.approvalOf(executionArn) };
}

const ended = (product: Product, executionArn: string) =>
  until("the execution ends", async () => {
    const execution = await product.describe(executionArn);
    return execution.status === "RUNNING" ? null : execution;
  });

const form = {
  type: "object",
  properties: { ticket: { type: "string", pattern: "^CHG-" }, minutes: { type: "integer" } },
  required: ["ticket"],
  additionalProperties: false,
};

describe("a policy with a form", () => {
  it("wants it filled in with an approval, and hands it to the state machine", async () => {
    await using product = await startProduct({ policies: [{ name: "change", form }] });
    const { id, executionArn } = await oneApproval(product);
    const ada = await voter(product, "Ada");
    expect((await ada.see(id)).policy.forms).toEqual([{ from: "change", schema: form }]);
    expect((await ada.vote(id, approve)).body).toMatchObject({
      code: "invalid",
      errors: [{ field: "form", message: "is missing: the policy has a form to fill in" }],
    });
    expect((await ada.vote(id, { ...approve, form: { ticket: "none", minutes: 1.5 } })).body.errors).toEqual([
      { field: "form.ticket", message: 'must match pattern "^CHG-"' },
      { field: "form.minutes", message: "must be integer" },
    ]);
    const done = await ada.vote(id, { ...approve, form: { ticket: "CHG-7", minutes: 12345678901234 } });
    expect(done.body).toMatchObject({ status: "approved", votes: [{ form: { ticket: "CHG-7" } }] });
    expect(JSON.parse((await ended(product, executionArn)).output ?? "null")).toMatchObject({
      form: { ticket: "CHG-7", minutes: 12345678901234 },
    });
  });

  it("lets a rejection go without it", async () => {
    await using product = await startProduct({ policies: [{ name: "change", form }] });
    const { id } = await oneApproval(product);
    expect((await (await voter(product, "Ada")).vote(id, { verdict: "reject" })).body.status).toBe(
      "rejected",
    );
  });

  it("comes from the task's input, too; one that is no form is noted, and one that nobody asks for is refused", async () => {
    await using product = await startProduct();
    const ada = await voter(product, "Ada");
    const asked = await oneApproval(product, { approval: { form } });
    expect((await ada.vote(asked.id, approve)).body.code).toBe("invalid");
    const wrong = await oneApproval(product, {
      approval: { form: { type: "object", $ref: "http://169.254.169.254/latest/meta-data" } },
    });
    expect((await ada.see(wrong.id)).policy).toMatchObject({
      forms: [],
      notes: ["`approval.form` is not understood and does not count."],
    });
    expect((await ada.vote(wrong.id, { ...approve, form: { a: 1 } })).body.errors).toEqual([
      { field: "form", message: "is not asked for: this policy has no form" },
    ]);
  });
});

describe("break-glass", () => {
  const policies = [{ name: "strict", groups: [{ team: "security", required: 2 }], breakGlass: true }];
  const broken = { ...approve, breakGlass: { reason: "the site is down" } };

  it("by an administrator decides at once, and is marked in vote, decision, audit trail, output and receipt", async () => {
    await using product = await startProduct({ policies });
    const { id, executionArn } = await oneApproval(product);
    const root = await voter(product, "Root", { role: "administrator" });
    expect((await root.see(id)).may).toMatchObject({ approve: false, breakGlass: true });
    expect((await root.vote(id, broken)).body).toMatchObject({
      status: "approved",
      decision: { breakGlassReason: "the site is down", comment: "the site is down" },
      votes: [{ breakGlassReason: "the site is down" }],
    });
    expect(
      await product.database.query("select detail from audit_event where type = 'approval.broke_glass'"),
    ).toEqual([{ detail: { verdict: "approve", reason: "the site is down" } }]);
    const output = JSON.parse((await ended(product, executionArn)).output ?? "null") as { receipt: string };
    expect(output).toMatchObject({ breakGlassReason: "the site is down" });
    expect(decodeJwt(output.receipt)).toMatchObject({ breakGlass: true });
  });

  it("is refused to everybody else, without a reason, and where the policy does not allow it", async () => {
    await using product = await startProduct({ policies });
    const { id } = await oneApproval(product);
    const root = await voter(product, "Root", { role: "administrator" });
    const ada = await voter(product, "Ada");
    expect((await ada.see(id)).may.breakGlass).toBe(false);
    expect(await ada.vote(id, broken)).toMatchObject({ status: 403 });
    expect(await root.vote(id, { ...approve, breakGlass: { reason: "" } })).toMatchObject({ status: 422 });
    expect(await root.vote(id, { ...approve, breakGlass: {} })).toMatchObject({ status: 422 });
    await using plain = await startProduct();
    const other = await oneApproval(plain);
    const admin = await voter(plain, "Root", { role: "administrator" });
    expect(await admin.vote(other.id, broken)).toMatchObject({
      status: 403,
      body: { detail: "Nobody breaks the glass here (policy built-in)." },
    });
  });
});
