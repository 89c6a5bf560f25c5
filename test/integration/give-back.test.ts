import { describe, expect, it } from "vitest";
import { ManualClock } from "../../local/step-functions/clock.ts";
import { StepFunctionsUnavailable, StoreUnavailable } from "../../src/application/ports/unavailable.ts";
import { createStoreGate } from "../../workers/store-gate.ts";
import { poolOn } from "../support/pool-on.ts";

const task = { token: { reveal: () => "t" } as never, input: "{}" };
const away = () => Promise.reject(new StoreUnavailable("away"));

/** Polls that stay open until the test brings a task to one of them, or nothing to all. */
function openPolls() {
  const open: ((brought: typeof task | null) => void)[] = [];
  return {
    open,
    take: () => new Promise<typeof task | null>((resolve) => open.push(resolve)),
    bring: () => open.shift()?.(task),
    end: () => open.splice(0).forEach((answer) => answer(null)),
  };
}
const one = { min: 1, max: 1 };

describe("handing a task back", () => {
  it("is repeated until Step Functions takes it: throttling, faults of its own and of the network do not end it", async () => {
    const polls = openPolls();
    const tries: number[] = [];
    const manual = new ManualClock(0, 4);
    const giveBack = async () => {
      tries.push(manual.now());
      if (tries.length < 20) throw new StepFunctionsUnavailable("ThrottlingException: slow down");
      return "given_back" as const;
    };
    const { pool, ends } = poolOn(polls.take, one, undefined, { add: away, giveBack, manual });
    await manual.advance(0);
    polls.bring();
    await manual.advance(1_200_000);
    expect(tries).toHaveLength(20);
    // Ever more seldom, with jitter, half a minute apart in the end.
    expect((tries[19] ?? 0) - (tries[18] ?? 0)).toBeGreaterThanOrEqual(15_000);
    expect(ends).toEqual(["given_back"]);
    const closing = pool.close();
    polls.end();
    await closing;
    expect(pool.lost()).toBe(0);
  });

  it("ends when Step Functions does not know the token", async () => {
    const polls = openPolls();
    let tries = 0;
    const giveBack = async () => ((tries += 1), "unknown" as const);
    const { pool, manual, ends } = poolOn(polls.take, one, undefined, { add: away, giveBack });
    await manual.advance(0);
    polls.bring();
    await manual.advance(600_000);
    expect([tries, ends]).toEqual([1, ["lost"]]);
    const closing = pool.close();
    polls.end();
    await closing;
  });
});

describe("a pool that stops while Postgres is away", () => {
  it.each([1_000, 44_000, 50_000, 58_500, 60_000])(
    "hands a token back that comes %i ms after the signal, before the drain ends",
    async (afterMs) => {
      const polls = openPolls();
      const { pool, manual, ends } = poolOn(polls.take, one, undefined, { add: away });
      await manual.advance(0);
      const closing = pool.close(65_000);
      await manual.advance(afterMs);
      polls.bring();
      await manual.advance(64_000 - afterMs);
      expect(ends).toEqual(["given_back"]);
      await closing;
      expect(pool.lost()).toBe(0);
    },
  );

  it("does so, too, when Postgres hangs instead of failing", async () => {
    const polls = openPolls();
    const hanging = () => new Promise<never>(() => undefined);
    const { pool, manual, ends } = poolOn(polls.take, one, undefined, { add: hanging });
    await manual.advance(0);
    const closing = pool.close(65_000);
    await manual.advance(30_000);
    polls.bring();
    await manual.advance(34_000);
    expect(ends).toEqual(["given_back"]);
    await closing;
  });

  it("stores what comes late if Postgres is there", async () => {
    const polls = openPolls();
    const { pool, manual, ends, log } = poolOn(polls.take, one);
    await manual.advance(0);
    const closing = pool.close(65_000);
    await manual.advance(60_500);
    polls.bring();
    await closing;
    expect([ends, log()]).toEqual([[], []]);
  });

  it("counts as lost what could not be handed back either by the end of the drain", async () => {
    const polls = openPolls();
    const giveBack = () => Promise.reject(new StepFunctionsUnavailable("away, too"));
    const { pool, manual, ends } = poolOn(polls.take, one, undefined, { add: away, giveBack });
    await manual.advance(0);
    const closing = pool.close(65_000);
    await manual.advance(30_000);
    polls.bring();
    await manual.advance(34_000);
    expect(pool.states().stopping).toBe(1);
    await manual.advance(1_000);
    await closing;
    expect([pool.lost(), ends]).toEqual([1, ["lost"]]);
  });
});

describe("after a task was handed back", () => {
  it("no activity of the process is polled before a row can be written again", async () => {
    const manual = new ManualClock(0, 4);
    const gate = createStoreGate();
    const [polls, others] = [openPolls(), openPolls()];
    let isAway = true;
    let probes = 0;
    const probe = () => ((probes += 1), isAway ? away() : Promise.resolve());
    const around = { manual, gate, add: away, probe };
    const { pool, ends } = poolOn(polls.take, one, undefined, around);
    const other = poolOn(others.take, one, undefined, around);
    await manual.advance(0);
    polls.bring();
    await manual.advance(320_000);
    expect(ends).toEqual(["given_back"]);
    others.end();
    await manual.advance(600_000);
    expect([polls.open.length, others.open.length]).toEqual([0, 0]);
    // Seldom, though often enough to be back soon.
    expect(probes).toBeGreaterThan(60);
    expect(probes).toBeLessThan(150);
    isAway = false;
    await manual.advance(10_000);
    expect([polls.open.length, others.open.length]).toEqual([1, 1]);
    const closing = [pool.close(), other.pool.close()];
    polls.end();
    others.end();
    await Promise.all(closing);
  });
});
