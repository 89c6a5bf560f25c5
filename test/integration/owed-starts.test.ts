import { describe, expect, it } from "vitest";
import { startOwed } from "../../src/application/start-owed.ts";
import type { StartDeps } from "../../src/application/start-execution.ts";
import { sendGithub } from "../support/github-webhook.ts";
import { startProduct, type Product } from "../support/product.ts";

function push(commit: string) {
  return {
    ref: "refs/heads/main",
    after: commit,
    deleted: false,
    repository: { full_name: "acme/shop", html_url: "https://github.com/acme/shop" },
    head_commit: {
      id: commit,
      message: "Raise the limit",
      url: "https://github.com/acme/shop/commit/1",
      author: { name: "Mona" },
    },
    pusher: { name: "octocat" },
    sender: { login: "octocat" },
    compare: "https://github.com/acme/shop/compare/a...b",
  };
}

const commit = "2f5e4ae6b7d1c09f8b3a4d5e6f708192a3b4c5d6";

function startsIn(product: Product) {
  return product.database.query<{
    execution_arn: string | null;
    last_error: string | null;
    next: Date | null;
  }>("select execution_arn, last_error, next_attempt_at as next from execution_start");
}

describe("owed executions", () => {
  it("are given up after six hours, with a reason for a person, and never start late", async () => {
    let isDown = true;
    await using product = await startProduct({
      faults: ({ operation }) =>
        isDown && operation === "StartExecution"
          ? { kind: "error", status: 400, code: "AccessDeniedException", message: "not authorized" }
          : undefined,
    });
    expect((await sendGithub(product.app, push(commit))).status).toBe(202);
    await product.moveClock(5.9 * 3_600_000);
    await product.pass(2_000);
    expect((await startsIn(product))[0]?.next).not.toBeNull();
    await product.moveClock(1_000_000);
    await product.quiet();
    isDown = false;
    // A try that began before the jump and failed after it has put the next one off by up to five minutes.
    await product.passUntil(async () => (await startsIn(product))[0]?.next === null, 310_000, 5_000);
    expect(await startsIn(product)).toMatchObject([{ execution_arn: null, next: null }]);
    expect((await startsIn(product))[0]?.last_error).toMatch(/six hours.*push again.*not authorized/);
  });

  it("are due at once when a clock that was set back since has put them off", async () => {
    await using product = await startProduct({
      workers: false,
      faults: ({ operation }) => (operation === "StartExecution" ? { kind: "throttle" } : undefined),
    });
    await sendGithub(product.app, push(commit));
    const { intake, clock } = product.deps;
    await product.database.query(
      "update execution_start set next_attempt_at = $1::timestamptz + interval '1 hour'",
      [clock.now()],
    );
    const [id = ""] = await intake.dueStarts(clock.now(), 10);
    const claimed = await intake.claimStart(id, clock.now(), new Date(clock.now().getTime() + 30_000));
    expect(claimed?.name).toContain(commit);
    expect(await intake.dueStarts(clock.now(), 10)).toEqual([]);
  });

  it("leave one audit event for each execution, not for what an earlier delivery asked for", async () => {
    await using product = await startProduct({ workers: false });
    await sendGithub(product.app, push(commit));
    await sendGithub(product.app, push(commit));
    const events = await product.database.query(
      "select 1 from audit_event where type = 'execution.requested'",
    );
    expect(events).toHaveLength(1);
  });

  it("carry the execution's ARN without alias or version, though started through one", async () => {
    await using product = await startProduct({ workers: false });
    const { stepFunctions } = product.deps;
    const first = await stepFunctions.start(product.stateMachineArn, "same", "{}");
    const exists = await stepFunctions.start(product.stateMachineArn, "same", '{"other":1}');
    expect(exists).toEqual({ ...first, kind: "exists" });
  });
});

describe("a delivery that owes many executions", () => {
  const ids = Array.from({ length: 12 }, (_, index) => `start-${index}`);

  /** Dependencies whose StartExecution ends when `release` is called. */
  function slowStarts(sleep: () => Promise<void>) {
    const open: (() => void)[] = [];
    let most = 0;
    let done = 0;
    const deps = {
      clock: { now: () => new Date(0), monotonicMs: () => 0, sleep },
      log: { debug() {}, info() {}, warn() {}, error() {} },
      intake: {
        claimStart: (id: string) => Promise.resolve({ id, askedAt: new Date(0), lastError: null }),
        started: () => Promise.resolve(void (done += 1)),
      },
      stepFunctions: {
        start: () =>
          new Promise((resolve) => {
            open.push(() => resolve({ kind: "started", executionArn: "arn" }));
            most = Math.max(most, open.length);
          }),
      },
    } as unknown as StartDeps;
    return { deps, open, most: () => most, done: () => done };
  }

  it("starts five at a time", async () => {
    const starts = slowStarts(() => new Promise(() => undefined));
    const all = startOwed(starts.deps, ids);
    while (starts.done() < ids.length) {
      starts.open.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await all;
    expect(starts.most()).toBe(5);
  });

  it("is answered before the forge gives up, and the rest goes on", async () => {
    const starts = slowStarts(() => Promise.resolve());
    await startOwed(starts.deps, ids);
    expect(starts.done()).toBe(0);
    while (starts.done() < ids.length) {
      starts.open.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
  });
});
