import { expect, test, vi } from "vitest";
import { callersTime, createCallBudget } from "../../src/adapters/postgres/call-budget.ts";
import { openedDatabase } from "../support/opened-database.ts";

const opened = openedDatabase();

const startMs = Date.UTC(2026, 0, 1);

/** `null`: by Postgres' own clock. */
function budgetOf(now: (() => number) | null) {
  return createCallBudget(
    opened.database,
    {
      List: { perSecond: 4, burst: 10 },
      History: { perSecond: 2, burst: 10 },
      Back: { perSecond: 1, burst: 5 },
      Skew: { perSecond: 1, burst: 5 },
      Shared: { perSecond: 0.001, burst: 5 },
    },
    now === null ? undefined : () => callersTime(new Date(startMs + now())),
  );
}

async function takeAll(budget: ReturnType<typeof budgetOf>, name: string, keep = 0): Promise<number> {
  for (let taken = 0; taken < 100; taken += 1) if (!(await budget.take(name, keep))) return taken;
  throw new Error(`the budget ${name} never ends`);
}

test("two processes share one bucket, which the clock refills, and never beyond its burst", async () => {
  let now = 0;
  const [one, other] = [budgetOf(() => now), budgetOf(() => now)];
  const granted = await Promise.all([takeAll(one, "List"), takeAll(other, "List")]);
  expect(granted[0] + granted[1]).toBe(10);
  now = 1_000;
  expect(await takeAll(one, "List")).toBe(4);
  now = 1_000_000;
  expect(await takeAll(other, "List")).toBe(10);
});

test("what is less urgent leaves its share to the others", async () => {
  const budget = budgetOf(() => 0);
  expect(await takeAll(budget, "History", 0.5)).toBe(5);
  expect(await takeAll(budget, "History", 0.2)).toBe(3);
  expect(await takeAll(budget, "History")).toBe(2);
});

test("clocks that differ by a second refill nothing, a clock that was set back goes on from there", async () => {
  let now = 1_000;
  const [ahead, behind] = [budgetOf(() => now), budgetOf(() => now - 1_000)];
  expect(await takeAll(ahead, "Skew")).toBe(5);
  expect(await takeAll(behind, "Skew")).toBe(0);
  expect(await takeAll(ahead, "Skew")).toBe(0);
  expect(await takeAll(ahead, "Back")).toBe(5);
  now = -3_600_000;
  expect(await takeAll(ahead, "Back")).toBe(5);
  now += 2_000;
  expect(await takeAll(ahead, "Back")).toBe(2);
});

test("what has no rate is not limited", async () => {
  expect(await budgetOf(() => 0).take("StartExecution", 0.5)).toBe(true);
});

test("by default Postgres' clock refills: what machines take for the time does not matter", async () => {
  const budget = budgetOf(null);
  vi.useFakeTimers({ now: 0, toFake: ["Date"] });
  expect(await takeAll(budget, "Shared")).toBe(5);
  vi.setSystemTime(Date.UTC(2050, 0, 1));
  expect(await takeAll(budget, "Shared")).toBe(0);
  vi.setSystemTime(0);
  expect(await takeAll(budget, "Shared")).toBe(0);
  vi.useRealTimers();
});
