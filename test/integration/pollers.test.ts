import { describe, expect, it } from "vitest";
import type { Faults } from "../../local/step-functions/faults.ts";
import { PollFailed } from "../../src/application/ports/step-functions.ts";
import { configFileShape } from "../../src/contract/config-file.ts";
import { poolOn } from "../support/pool-on.ts";
import { startProduct } from "../support/product.ts";
import { until } from "../support/until.ts";

type Kind = PollFailed["kind"];

const failing = (kind: () => Kind | null) => () => {
  const failure = kind();
  return failure === null
    ? new Promise<null>(() => undefined)
    : Promise.reject(new PollFailed(failure, "refused"));
};

describe("pollers in trouble", () => {
  it.each([
    ["credentials", 1, "error", "refuses our credentials"],
    ["kms", 1, "error", "KMS key of this activity"],
    ["no_activity", 1, "error", "does not exist"],
    ["worker_limit", 3, "warn", "allows no more polls"],
    ["throttled", 3, "warn", "throttles polls"],
    ["network", 3, "warn", "polls fail"],
  ] as const)("%s: %i of 3 go on polling, and the log says it once", async (kind, left, level, text) => {
    const { manual, log, polls, count } = poolOn(failing(() => kind));
    await manual.advance(600_000);
    expect(count()).toBe(left);
    expect(log()).toEqual([expect.stringMatching(new RegExp(`^${level}: .*${text}`))]);
    expect(new Set(polls)).toEqual(new Set([kind]));
    // Ever more seldom: at most one a second and poller at first, one a minute in the end.
    expect(polls.length).toBeLessThan(150);
    expect(polls.length).toBeGreaterThan(8);
  });

  it("once somebody has mended it, all of them poll again, and the log says that it is over", async () => {
    let kind: Kind | null = "credentials";
    const takes: (() => void)[] = [];
    const { manual, log, count } = poolOn(() =>
      kind === null
        ? new Promise<null>((resolve) => takes.push(() => resolve(null)))
        : Promise.reject(new PollFailed(kind, "expired")),
    );
    await manual.advance(300_000);
    expect(count()).toBe(1);
    kind = null;
    await manual.advance(90_000);
    takes.splice(0).forEach((end) => end());
    await manual.advance(30_000);
    expect(count()).toBe(3);
    await manual.advance(60_000);
    takes.splice(0).forEach((end) => end());
    await manual.advance(1_000);
    expect(log()).toEqual([expect.stringContaining("credentials"), "info: polls work again"]);
  });

  it("while some polls fail and others work, it is said once, and it is over after a minute without a failure", async () => {
    let calls = 0;
    let isOver = false;
    const { pool, manual, log, polls } = poolOn(
      () => {
        calls += 1;
        if (!isOver && calls % 2 === 0)
          return Promise.reject(new PollFailed(calls % 4 === 0 ? "network" : "throttled", "refused"));
        return Promise.resolve(null);
      },
      { min: 2, max: 2 },
    );
    await manual.advance(600_000);
    expect(polls.filter((outcome) => outcome === "throttled").length).toBeGreaterThan(10);
    expect(log()).toEqual([expect.stringContaining("throttles"), expect.stringContaining("polls fail")]);
    isOver = true;
    await manual.advance(150_000);
    expect(log().slice(2)).toEqual(["info: polls work again"]);
    await pool.close();
  });

  it("a change of trouble is said, too", async () => {
    let kind: Kind = "network";
    const { manual, log } = poolOn(failing(() => kind));
    await manual.advance(60_000);
    kind = "throttled";
    await manual.advance(60_000);
    expect(log()).toEqual([expect.stringContaining("polls fail"), expect.stringContaining("throttles")]);
  });
});

describe("pollers", () => {
  it("that are answered empty at once, by something that holds no poll, do not ask in a rush", async () => {
    const { manual, polls } = poolOn(() => Promise.resolve(null), { min: 2, max: 10 });
    await manual.advance(60_000);
    expect(polls.length).toBeLessThan(40);
    expect(polls.length).toBeGreaterThan(4);
  });

  it("of all activities together stay within maxPollers, and the first ones are never given up for others", async () => {
    const token = { reveal: () => "t" } as never;
    const slots = { max: 12, taken: 0 };
    let open = 0;
    let most = 0;
    const take = async () => {
      most = Math.max(most, (open += 1));
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      return { token, input: "{}" };
    };
    const busy = poolOn(take, { min: 2, max: 100 }, slots);
    const other = poolOn(take, { min: 4, max: 100 }, slots);
    await until("both have grown", () => slots.taken === 12);
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(slots.taken).toBe(12);
    expect(most).toBeLessThanOrEqual(12);
    await Promise.all([busy.pool.close(), other.pool.close()]);
    expect(slots.taken).toBe(0);
  });

  it("that all activities need at least must fit maxPollers: countersign.yaml is refused otherwise", () => {
    const activities = [
      { name: "a", pollers: { min: 600, max: 600 } },
      { name: "b", pollers: { min: 600, max: 700 } },
    ];
    const parsed = configFileShape.safeParse({ activities });
    expect(parsed.error?.issues).toMatchObject([{ path: ["maxPollers"] }]);
    expect(configFileShape.safeParse({ activities, maxPollers: 1200 }).success).toBe(true);
  });

  it("grow under load and shrink when polls come back empty", async () => {
    await using product = await startProduct({ activity: { pollers: { min: 1, max: 8 } } });
    await Promise.all(Array.from({ length: 60 }, () => product.startExecution()));
    await until("more of them poll", () => product.endpoint.openPolls(product.activityArn) > 1);
    await product.pass(65_000);
    await until("one is left", () => product.endpoint.openPolls(product.activityArn) === 1);
  });

  it("go on when Step Functions throttles or drops some of their polls, and every task is stored", async () => {
    let calls = 0;
    const faults: Faults = ({ operation }) => {
      if (operation !== "GetActivityTask" || (calls += 1) % 3 !== 0) return undefined;
      return calls % 2 === 0 ? { kind: "throttle" } : { kind: "dropRequest" };
    };
    await using product = await startProduct({ faults, activity: { pollers: { min: 2, max: 5 } } });
    for (let n = 0; n < 20; n += 1) await product.startExecution({ commit: `c${n}` });
    await product.passUntil(
      async () => (await product.deps.approvals.list({}, null, 50)).length === 20,
      300_000,
    );
    expect(await product.deps.approvals.list({}, null, 50)).toHaveLength(20);
  });
});
