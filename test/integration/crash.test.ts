import { describe, expect, it } from "vitest";
import { decide } from "../../src/application/decide.ts";
import { answerLeaseMs, deliverAnswer } from "../../src/application/deliver-answer.ts";
import { identifyTask } from "../../src/application/identify-task.ts";
import { receiveTask } from "../../src/application/receive-task.ts";
import { sendBeats } from "../../src/application/send-beats.ts";
import { sweep } from "../../src/application/sweep.ts";
import { noLimits } from "../../src/domain/actor.ts";
import type { Deps } from "../../src/application/deps.ts";
import { crashPoint } from "../support/crash.ts";
import { startProduct, type Product } from "../support/product.ts";
import { until } from "../support/until.ts";

const bot = {
  kind: "bot",
  id: "7c0f8e8e-6f7e-4a55-9c9e-3e8a37d4f1aa",
  name: "release bot",
  scopes: ["decide"],
  limits: noLimits,
} as const;

const heartbeatSeconds = 9;

/** The bell works here, so a sweep does no work by itself. */
const nothing = () => Promise.resolve();

/** All that one process does with one task from the moment its token is in hand: the steps between which it may be killed. */
async function wholeLife(deps: Deps, product: Product): Promise<void> {
  const taken = await product.deps.taskSource.take(product.activityArn, "countersign-first");
  if (taken === null) throw new Error("no task came");
  const id = await receiveTask(deps, {
    ...taken,
    activityArn: product.activityArn,
    workerName: "countersign-first",
    takenAt: deps.clock.now(),
  });
  await identifyTask(deps, id);
  await sweep(deps, { take: () => undefined, idle: nothing });
  await product.moveClock(4_000);
  await sendBeats(deps, { stretch: 1, atRisk: 0 });
  await decide(deps, {
    approvalId: id,
    caller: bot,
    verdict: "approve",
    comment: null,
    output: null,
    idempotency: null,
  });
  await deliverAnswer(deps, id);
}

async function liveAndDie(at: number, after: boolean) {
  const crash = crashPoint();
  const product = await startProduct({
    workers: false,
    state: { HeartbeatSeconds: heartbeatSeconds },
    around: crash.around,
  });
  const executionArn = await product.startExecution({ commit: "abc" });
  crash.arm(at, after);
  const life = wholeLife(product.deps, { ...product, deps: product.composed.deps }).then(
    () => "lived" as const,
  );
  const outcome = await Promise.race([
    life,
    until("the process dies", () => crash.hasDied).then(() => "died" as const),
  ]);
  // Its last call may still be having its effect.
  await crash.settled();
  return { crash, product, executionArn, outcome };
}

/** Steps of `wholeLife` that go through a port; the first test keeps the number honest. */
const steps = 29;

describe("a worker that is killed between any two steps after the token is in hand", () => {
  it(`has ${steps} steps to be killed at`, async () => {
    const { crash, product, outcome } = await liveAndDie(Infinity, false);
    await using _product = product;
    expect(outcome).toBe("lived");
    expect([crash.calls.length, crash.calls[0], crash.calls.at(-1)]).toEqual([
      steps,
      "approvals.add",
      "answers.settle",
    ]);
  });

  // The first step stores the token: killed before it the token is lost, as with any client of GetActivityTask.
  const numbers = Array.from({ length: steps }, (_, at) => at);
  const deaths: [number, boolean][] = [
    ...numbers.map((at): [number, boolean] => [at, true]),
    ...numbers.slice(1).map((at): [number, boolean] => [at, false]),
  ];
  it.each(deaths)("loses nothing: killed at step %i (after its effect: %s)", async (at, after) => {
    const { product, executionArn, outcome } = await liveAndDie(at, after);
    await using survivor = product;
    expect(outcome).toBe("died");
    // The next process has the same database and nothing else of the dead one's.
    const deps = survivor.composed.deps;
    const fleet = survivor.startWorkersOn(deps);
    const [found] = await deps.approvals.list({}, null, 2);
    expect(found?.subject.commit).toBe("abc");
    const id = found?.id ?? "";
    if (found?.status === "pending") {
      // Longer than HeartbeatSeconds: it lives on only because its heartbeat does.
      await survivor.pass(heartbeatSeconds * 1000 + 1000);
      expect((await deps.approvals.find(id))?.status).toBe("pending");
      // Nothing is decided before history has proven the execution, and a dead process' look is repeated after its lease.
      const isProven = async () => (await deps.approvals.find(id))?.executionIsProven === true;
      await survivor.passUntil(isProven, 60_000);
      await decide(deps, {
        approvalId: id,
        caller: bot,
        verdict: "approve",
        comment: null,
        output: null,
        idempotency: null,
      });
    }
    // A dead process' attempt is followed by another one after its lease.
    await survivor.passUntil(
      async () => (await survivor.describe(executionArn)).status !== "RUNNING" && (await isSettled(deps, id)),
      2 * answerLeaseMs,
    );
    expect(await survivor.describe(executionArn)).toMatchObject({ status: "SUCCEEDED" });
    expect(await deps.approvals.find(id)).toMatchObject({
      status: "approved",
      delivery: { state: "accepted" },
    });
    const answers = (await survivor.history(executionArn)).filter(({ type }) => type === "ActivitySucceeded");
    expect(answers).toHaveLength(1);
    survivor.endpoint.releasePolls();
    await fleet.close();
  });
});

async function isSettled(deps: Deps, id: string): Promise<boolean> {
  const approval = await deps.approvals.find(id);
  return approval !== null && "delivery" in approval && approval.delivery.settledAt !== null;
}
