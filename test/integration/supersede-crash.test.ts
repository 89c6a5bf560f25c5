import { describe, expect, it } from "vitest";
import { acceptDelivery, type SignedDelivery } from "../../src/application/accept-delivery.ts";
import { deliverAnswer } from "../../src/application/deliver-answer.ts";
import { supersedeByNewer } from "../../src/application/supersede-by-newer.ts";
import type { Deps } from "../../src/application/deps.ts";
import { uniteInvolved } from "../../src/domain/policy/involved.ts";
import type { Trigger } from "../../src/domain/trigger.ts";
import { crashPoint } from "../support/crash.ts";
import { startProduct, type Product } from "../support/product.ts";
import { commitOf, pushedApproval } from "../support/pushes.ts";
import { until } from "../support/until.ts";

const noon = Date.UTC(2026, 5, 1, 12);

function newerPush(stateMachineArn: string): [SignedDelivery, Trigger[]] {
  const commit = commitOf("2");
  const common = { forge: "github", repository: "acme/shop", branch: "main" } as const;
  const event = {
    ...common,
    kind: "push" as const,
    ref: "refs/heads/main",
    commit,
    before: commitOf("1"),
    happenedAt: new Date(noon + 60_000),
    title: "Change 2",
    author: "mona",
    involved: uniteInvolved({}),
    links: [],
  } satisfies SignedDelivery["event"];
  const delivery: SignedDelivery = {
    forge: "github",
    deliveryId: "the newer one",
    eventName: "push",
    event,
    check: null,
    ignoredBecause: null,
    bodyHash: new Uint8Array(32),
  };
  return [delivery, [{ ...common, on: ["push"], stateMachineArn, supersede: "reject" }]];
}

/** All that one process does from the newer push to the answer of the older approval: the steps between which it may be killed. */
async function retire(deps: Deps, product: Product, older: string): Promise<void> {
  await acceptDelivery({ ...deps, digest }, ...newerPush(product.stateMachineArn));
  await supersedeByNewer(deps, older);
  await deliverAnswer(deps, older);
}

function digest(text: string): string {
  return Buffer.from(text).toString("hex").slice(-64);
}

async function retireAndDie(at: number, after: boolean) {
  const crash = crashPoint();
  const product = await startProduct({ around: crash.around, trigger: { supersede: "reject" } });
  const older = await pushedApproval(product, { commit: "1", at: noon / 1000 });
  // The two pushes are to be of one lane, whatever its digest.
  await product.database.query("update push_order set lane = $1", [
    digest(JSON.stringify(["github", "acme/shop", "main", product.stateMachineArn])),
  ]);
  product.endpoint.releasePolls();
  await product.stopWorkers();
  crash.calls.length = 0;
  crash.arm(at, after);
  const life = retire(product.deps, product, older).then(() => "lived" as const);
  const outcome = await Promise.race([
    life,
    until("the process dies", () => crash.hasDied).then(() => "died" as const),
  ]);
  await crash.settled();
  return { crash, product, older, outcome };
}

/** Steps of `retire` that go through a port; the first test keeps the number honest. */
const steps = 16;

describe("a process that is killed between any two steps from the newer push to the older approval's answer", () => {
  it(`has ${steps} steps to be killed at`, async () => {
    const { crash, product, outcome } = await retireAndDie(Infinity, false);
    await using _product = product;
    expect(outcome).toBe("lived");
    expect([crash.calls.length, crash.calls[0], crash.calls.at(-1)]).toEqual([
      steps,
      "intake.findDelivery",
      "answers.settle",
    ]);
  });

  // Killed before a step is killed after the one before it.
  it.each(Array.from({ length: steps }, (_, at) => at))(
    "retires it once: killed after step %i",
    async (at) => {
      const { product, older, outcome } = await retireAndDie(at, true);
      await using survivor = product;
      expect(outcome).toBe("died");
      // The next process has the same database and nothing else of the dead one's; whoever delivers may do so again.
      const deps = survivor.composed.deps;
      await acceptDelivery({ ...deps, digest }, ...newerPush(survivor.stateMachineArn));
      const fleet = survivor.startWorkersOn(deps);
      for (let leap = 0; leap < 20 && !(await isSettled(survivor)); leap += 1) {
        await survivor.moveClock(10_000);
        await survivor.quiet();
      }
      const approval = await deps.approvals.find(older);
      expect(approval).toMatchObject({ status: "rejected", delivery: { state: "accepted" } });
      const arn = approval?.subject.executionArn ?? "";
      expect(await survivor.describe(arn)).toMatchObject({ error: "SupersededByNewerCommit" });
      expect((await survivor.history(arn)).filter(({ type }) => type === "ActivityFailed")).toHaveLength(1);
      expect(await survivor.database.query("select id from decision")).toHaveLength(1);
      const [newer] = await survivor.database.query<{ arn: string }>(
        "select execution_arn as arn from execution_start join push_order on start_id = id where commit = $1",
        [commitOf("2")],
      );
      expect(await survivor.describe(newer?.arn ?? "")).toMatchObject({ status: "RUNNING" });
      survivor.endpoint.releasePolls();
      await fleet.close();
    },
  );
});

async function isSettled(product: Product): Promise<boolean> {
  return (await product.database.query("select from answer where settled_at is not null")).length > 0;
}
