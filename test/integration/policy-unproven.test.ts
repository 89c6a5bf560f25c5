import { describe, expect, it } from "vitest";
import type { Deps } from "../../src/application/deps.ts";
import { startProduct, type Product } from "../support/product.ts";
import { deliverCommit } from "../support/pushes.ts";
import { until } from "../support/until.ts";
import { voter } from "../support/voters.ts";

const approve = { verdict: "approve" };
const production = { name: "production", match: { repository: "acme/*", branch: "main" }, required: 2 };

/** History lags behind: no look finds the execution before `isShown`. */
function lateHistory(shown: { is: boolean }) {
  return (deps: Deps): Deps => ({
    ...deps,
    stepFunctions: {
      ...deps.stepFunctions,
      identify: (task) => (shown.is ? deps.stepFunctions.identify(task) : Promise.resolve(new Map())),
    },
  });
}

async function unprovenApproval(product: Product): Promise<string> {
  return until("the task is an approval", async () => {
    await product.moveClock(0);
    return (await product.database.query<{ id: string }>("select id from approval"))[0]?.id;
  });
}

async function pushAs(product: Product, email: string): Promise<void> {
  const mona = { name: "Mona", email };
  await deliverCommit(product, { author: mona, committer: mona });
}

describe("an execution that no trigger has started", () => {
  it.each([
    [{ repository: "acme/shop", ref: "refs/heads/main" }, ["production"]],
    [{ repository: "acme/shop", ref: "origin/main" }, ["production"]],
    [{ repository: "acme/shop", ref: " refs/heads/main/ " }, ["production"]],
    [{ repository: "https://github.com/acme/shop.git", ref: "main" }, ["production"]],
    [{ repository: "acme/shop" }, ["built-in", "production"]],
    [{ repository: "acme/shop", ref: "" }, ["built-in", "production"]],
    [{ ref: "main" }, ["built-in", "production"]],
    [{ repository: { full_name: "acme/shop" } }, ["built-in", "production"]],
    ["Deploy!", ["built-in", "production"]],
    [{ repository: "acme/shop", ref: "refs/heads/try" }, ["built-in"]],
  ])("does not leave a policy by an odd or silent input: %j", async (input, names) => {
    await using product = await startProduct({ policies: [production] });
    const id = await product.approvalOf(await product.startExecution(input));
    const [ada, grace] = [await voter(product, "Ada"), await voter(product, "Grace")];
    const voted = await ada.vote(id, approve);
    expect(voted.body.policy.names).toEqual(names);
    expect(voted.body.status).toBe(names.includes("production") ? "pending" : "approved");
    expect(voted.body.policy.notes.length > 0).toBe(names.length === 2);
    if (names.includes("production")) expect((await grace.vote(id, approve)).body.status).toBe("approved");
  });
});

describe("before history has proven the execution", () => {
  it("the author of a push does not approve it under the built-in policy; once proven, somebody else does", async () => {
    const shown = { is: false };
    await using product = await startProduct({
      state: { Parameters: { title: "Deploy" } },
      around: lateHistory(shown),
    });
    await pushAs(product, "mona@example.com");
    const id = await unprovenApproval(product);
    const [mona, ada] = [await voter(product, "mona"), await voter(product, "Ada")];
    for (const each of [mona, ada]) expect(await each.vote(id, approve)).toMatchObject({ status: 403 });
    expect(await ada.see(id)).toMatchObject({
      policy: { names: ["built-in"], isProvisional: true },
      may: { approve: false, why: expect.stringContaining("Try again in a moment") as unknown },
    });
    shown.is = true;
    await product.passUntil(async () => (await ada.see(id)).may.approve, 120_000);
    expect(await mona.vote(id, approve)).toMatchObject({ status: 403 });
    expect((await ada.vote(id, approve)).body.status).toBe("approved");
  });

  it("nobody breaks the glass: the policy that is still to be found may forbid it", async () => {
    const shown = { is: false };
    await using product = await startProduct({
      policies: [
        { name: "base", breakGlass: true },
        { name: "strict", match: { stateMachine: "deploy" } },
      ],
      around: lateHistory(shown),
    });
    await product.startExecution({});
    const id = await unprovenApproval(product);
    const root = await voter(product, "Root", { role: "administrator" });
    const broken = { ...approve, breakGlass: { reason: "The site is down." } };
    expect((await root.see(id)).may.breakGlass).toBe(false);
    expect(await root.vote(id, broken)).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining("Try again in a moment") as unknown },
    });
    shown.is = true;
    await product.passUntil(async () => !(await root.see(id)).policy.isProvisional, 120_000);
    expect(await root.vote(id, broken)).toMatchObject({
      status: 403,
      body: { detail: "Nobody breaks the glass here (policy strict)." },
    });
  });
});
