import { describe, expect, it } from "vitest";
import { StoreUnavailable } from "../../src/application/ports/unavailable.ts";
import type { Deps } from "../../src/application/deps.ts";
import { startProduct, type Product } from "../support/product.ts";
import { until } from "../support/until.ts";

/** Approvals cannot be stored while `fault()` gives an error. */
function storeWith(fault: () => Error | null) {
  return (deps: Deps): Deps => ({
    ...deps,
    approvals: {
      ...deps.approvals,
      add: (...args) => {
        const error = fault();
        return error === null ? deps.approvals.add(...args) : Promise.reject(error);
      },
    },
  });
}

function waitForFailure(product: Product, executionArn: string) {
  return product.passUntil(
    async () => (await product.describe(executionArn)).status !== "RUNNING",
    400_000,
    5_000,
  );
}

describe("Postgres away while a task is in hand", () => {
  it("the token is kept and stored once Postgres is back, and nobody polls for more meanwhile", async () => {
    let isAway = true;
    await using product = await startProduct({
      around: storeWith(() => (isAway ? new StoreUnavailable("away") : null)),
    });
    const executionArn = await product.startExecution({ commit: "held" });
    await until("the task is taken", () => product.endpoint.openPolls(product.activityArn) === 0);
    await product.pass(60_000);
    expect(product.endpoint.openPolls(product.activityArn)).toBe(0);
    isAway = false;
    await product.passUntil(
      async () => (await product.deps.approvals.list({}, null, 1)).length === 1,
      30_000,
    );
    expect((await product.describe(executionArn)).status).toBe("RUNNING");
    await until("polling goes on", () => product.endpoint.openPolls(product.activityArn) > 0);
  });

  it("a queue that hangs keeps no poller from its next task: the row is there, and nobody waits for the bell", async () => {
    const isFirstRing = (key = "") => key.startsWith("identify-") && key.endsWith("-0");
    await using product = await startProduct({
      around: (deps) => ({
        ...deps,
        bell: {
          ...deps.bell,
          ring: (queue, jobs) =>
            isFirstRing(jobs[0]?.key) ? new Promise<boolean>(() => undefined) : deps.bell.ring(queue, jobs),
        },
      }),
    });
    const polls = () => product.endpoint.openPolls(product.activityArn);
    await until("somebody polls", () => polls() > 0);
    const before = polls();
    await product.startExecution({ commit: "first" });
    await until("it is stored", async () => (await product.deps.approvals.list({}, null, 1)).length === 1);
    await until("its poller polls again", () => polls() >= before);
  });

  it("past the limit the task is handed back as Countersign.StoreUnavailable, so that a Retry can ask again", async () => {
    await using product = await startProduct({ around: storeWith(() => new StoreUnavailable("away")) });
    const executionArn = await product.startExecution();
    await until("the task is taken", () => product.endpoint.openPolls(product.activityArn) === 0);
    await waitForFailure(product, executionArn);
    expect(await product.describe(executionArn)).toMatchObject({
      status: "FAILED",
      error: "Countersign.StoreUnavailable",
    });
  });

  it("a row that Postgres refuses is stored with nothing read out of its input", async () => {
    let refusals = 1;
    await using product = await startProduct({
      around: storeWith(() => ((refusals -= 1) >= 0 ? new Error("value out of range") : null)),
    });
    await product.startExecution({ commit: "odd", approval: { title: "Odd" } });
    await product.passUntil(
      async () => (await product.deps.approvals.list({}, null, 1)).length === 1,
      30_000,
    );
    const [approval] = await product.deps.approvals.list({}, null, 1);
    expect(approval?.subject).toMatchObject({ commit: null, title: "Approval for po-approval" });
    expect(JSON.parse(approval?.subject.input ?? "")).toEqual({ commit: "odd", approval: { title: "Odd" } });
  });

  it("what it refuses even so is handed back under a name of its own", async () => {
    await using product = await startProduct({ around: storeWith(() => new Error("disk full")) });
    const executionArn = await product.startExecution();
    await until("the task is taken", () => product.endpoint.openPolls(product.activityArn) === 0);
    await waitForFailure(product, executionArn);
    expect(await product.describe(executionArn)).toMatchObject({
      status: "FAILED",
      error: "Countersign.NotStorable",
    });
  });

  it("inputs at the edges of every known member are stored on a real Postgres", async () => {
    await using product = await startProduct();
    const odd = [
      { _execution: { retryCount: 3_000_000_000 } },
      { _execution: { enteredTime: "0000-01-01T00:00:00Z" } },
      {
        _execution: {
          enteredTime: "9999-12-31T23:59:59.999Z",
          retryCount: 2_147_483_647,
          timeoutSeconds: 99_999_999,
        },
      },
      {
        commit: "x".repeat(5000),
        repository: "🚀".repeat(5000),
        links: [{ url: `https://${"x".repeat(9000)}` }],
      },
      { approval: { description: "\u0000\ud800", title: "\u202e" } },
    ];
    for (const input of odd) {
      const id = await product.approvalOf(await product.startExecution(input));
      expect((await product.deps.approvals.find(id))?.status).toBe("pending");
    }
  });
});
