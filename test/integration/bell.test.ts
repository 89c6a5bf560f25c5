import supertest from "supertest";
import { describe, expect, it } from "vitest";
import { startProduct, type Product } from "../support/product.ts";

function decide(product: Product, token: string, id: string, body: object) {
  return supertest(product.app)
    .post(`/api/v1/approvals/${id}/decision`)
    .auth(token, { type: "bearer" })
    .send(body);
}

async function oneApproval(product: Product, input: object = { commit: "abc" }) {
  const executionArn = await product.startExecution(input);
  return { executionArn, id: await product.approvalOf(executionArn) };
}

describe("the queue rings, Postgres remembers", () => {
  it("a bell that swallows every ring of a use case delays to the next sweep, and loses nothing", async () => {
    const around = (deps: Product["deps"]) => ({ ...deps, bell: { ring: () => Promise.resolve(true) } });
    await using product = await startProduct({ workers: false, around, state: { HeartbeatSeconds: 30 } });
    // The sweep's own rings get through.
    const fleet = product.startWorkersOn({ ...product.deps, bell: product.composed.queue });
    const { id, executionArn } = await oneApproval(product);
    await decide(product, await product.bot(), id, { verdict: "approve" });
    await product.pass(2_000);
    expect((await product.describe(executionArn)).status).toBe("SUCCEEDED");
    product.endpoint.releasePolls();
    await fleet.close();
  });

  it("a bell that is broken for longer than HeartbeatSeconds costs nothing: the sweep does the work itself", async () => {
    const around = (deps: Product["deps"]) => ({ ...deps, bell: { ring: () => Promise.resolve(false) } });
    await using product = await startProduct({ around, state: { HeartbeatSeconds: 9 } });
    const { id, executionArn } = await oneApproval(product);
    await product.pass(30_000);
    expect((await product.deps.approvals.find(id))?.status).toBe("pending");
    await decide(product, await product.bot(), id, { verdict: "approve" });
    await product.pass(2_000);
    expect((await product.describe(executionArn)).status).toBe("SUCCEEDED");
  });
});
