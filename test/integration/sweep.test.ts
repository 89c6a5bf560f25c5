import { describe, expect, it } from "vitest";
import { createOwnHands, type Work } from "../../src/application/own-hands.ts";
import { sweep } from "../../src/application/sweep.ts";
import { receiveTask } from "../../src/application/receive-task.ts";
import { startProduct, type Product } from "../support/product.ts";
import { until } from "../support/until.ts";

const nothing = () => Promise.resolve();
const noWork: Work = {
  beats: nothing,
  answers: nothing,
  identify: nothing,
  starts: nothing,
  policies: nothing,
  supersede: nothing,
};
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** An approval whose task is in hand; history has not been asked yet. */
async function takenTask(product: Product): Promise<string> {
  const taken = await product.deps.taskSource.take(product.activityArn, "countersign-first");
  if (taken === null) throw new Error("no task came");
  const { activityArn, deps } = product;
  return receiveTask(deps, {
    ...taken,
    activityArn,
    workerName: "countersign-first",
    takenAt: deps.clock.now(),
  });
}

describe("a sweep while the bell is broken", () => {
  it("hands beats on although another kind of work is under way and never ends", async () => {
    await using product = await startProduct({ workers: false, state: { HeartbeatSeconds: 30 } });
    await product.startExecution().then(() => takenTask(product));
    let batches = 0;
    const stuck = new Promise<void>(() => undefined);
    const hands = createOwnHands(
      { log },
      { ...noWork, identify: () => stuck, beats: async () => void (batches += 1) },
    );
    const deps = { ...product.deps, bell: { ring: () => Promise.resolve(false) } };
    await sweep(deps, hands);
    await product.moveClock(15_000);
    await sweep(deps, hands);
    await until("the task is beaten", async () => batches === 1);
  });

  it("does all that it can when Postgres fails one of its questions, and leaves no promise without a hearer", async () => {
    await using product = await startProduct({ workers: false, state: { HeartbeatSeconds: 30 } });
    await product.startExecution().then(() => takenTask(product));
    await product.moveClock(15_000);
    let batches = 0;
    const failing = async () => {
      batches += 1;
      throw new Error("Postgres hiccups");
    };
    const hands = createOwnHands({ log }, { ...noWork, beats: failing });
    const due = () => Promise.reject(new Error("Postgres hiccups"));
    const deps = {
      ...product.deps,
      bell: { ring: () => Promise.resolve(false) },
      answers: { ...product.deps.answers, due },
    };
    await expect(sweep(deps, hands)).rejects.toThrow("Postgres hiccups");
    await hands.idle();
    expect(batches).toBe(1);
  });
});
