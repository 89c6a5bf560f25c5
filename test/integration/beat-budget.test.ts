import supertest from "supertest";
import { beforeEach, describe, expect, it } from "vitest";
import { callersTime } from "../../src/adapters/postgres/call-budget.ts";
import { createHeartbeatStore } from "../../src/adapters/postgres/heartbeat-store.ts";
import { watchBeatPlan } from "../../src/application/plan-beats.ts";
import { silentMeter } from "../../src/application/ports/meter.ts";
import { planBeats } from "../../src/domain/beat-plan.ts";
import { assumedHeartbeatSeconds, nextBeatAt, type BeatFacts } from "../../src/domain/heartbeat.ts";
import { startProduct } from "../support/product.ts";
import { openedDatabase } from "../support/opened-database.ts";
import { addWaitingTasks, at, start, type WaitingTasks } from "../support/waiting-tasks.ts";

const opened = openedDatabase();

beforeEach(() => opened.test.query("truncate approval, call_budget cascade"));

const waiting = (tasks: WaitingTasks) => addWaitingTasks(opened.test, tasks);

const claim = (now: Date, nextOf: (facts: BeatFacts) => Date = () => at(100_000)) => ({
  now,
  limit: 1000,
  marginMs: 0,
  nextOf,
});

const storeWith = (callsPerSecond: number) =>
  createHeartbeatStore(opened.database, callsPerSecond, callersTime);

async function titlesOf(ids: readonly string[]): Promise<string[]> {
  const rows = await opened.test.query<{ id: string; title: string }>(
    "select id, title from approval where id = any($1::uuid[])",
    [ids],
  );
  return ids.map((id) => rows.find((row) => row.id === id)?.title ?? "");
}

describe("the budget of heartbeats", () => {
  it("is the whole fleet's: any number of processes take no more than it has, and it refills by the clock", async () => {
    await waiting({ count: 1000, heartbeatSeconds: 3600, heard: 0, due: -60, title: "t" });
    const stores = [1, 2, 3].map(() => storeWith(400));
    const claims = await Promise.all(stores.map((store) => store.claimDue(claim(start))));
    expect(claims.flat()).toHaveLength(400);
    expect(new Set(claims.flat()).size).toBe(400);
    const [one] = stores;
    expect(await one?.claimDue(claim(at(0.5)))).toHaveLength(200);
    expect(await one?.claimDue(claim(at(60)))).toHaveLength(400);
  });

  it("goes first to the tasks whose HeartbeatSeconds run out first, however long others have been due", async () => {
    await waiting({ heartbeatSeconds: 3600, heard: -1500, due: -300, title: "hours left, due for long" });
    await waiting({ heartbeatSeconds: 60, heard: -40, due: -20, title: "20 s left" });
    await waiting({ heartbeatSeconds: 12, heard: -9, due: 0, title: "3 s left, due just now" });
    await waiting({ heartbeatSeconds: 12, heard: -2, due: 2, title: "not due" });
    await waiting({ heartbeatSeconds: null, heard: -900, due: -600, title: "a probe" });
    await waiting({ heartbeatSeconds: 30, heard: -31, due: -21, title: "past its deadline" });
    const store = storeWith(400);
    expect(await titlesOf(await store.claimDue(claim(start)))).toEqual([
      "3 s left, due just now",
      "20 s left",
      "hours left, due for long",
      "a probe",
      "past its deadline",
    ]);
  });

  it("leaves a share for probes and for what is past its deadline, so that nobody waits for ever", async () => {
    await waiting({ count: 500, heartbeatSeconds: 60, heard: -40, due: -20, title: "urgent" });
    await waiting({ count: 500, heartbeatSeconds: null, heard: -900, due: -600, title: "probe" });
    const titles = await titlesOf(await storeWith(100).claimDue(claim(start)));
    expect(titles.filter((title) => title === "probe")).toHaveLength(5);
    expect(titles.filter((title) => title === "urgent")).toHaveLength(95);
  });

  it("counts a task from its last beat; one that history has not told of yet as if it had declared 15 s", async () => {
    await waiting({ heartbeatSeconds: null, heard: 0, due: 5, title: "t" });
    await opened.test.query("update heartbeat set identified = false");
    const store = storeWith(400);
    const ids = await store.claimDue(claim(at(5)));
    const deadline = async () => (await store.load(ids))[0]?.deadlineAt;
    expect(await deadline()).toEqual(at(assumedHeartbeatSeconds));
    await store.beaten(ids.map((id) => ({ id, at: at(5) })));
    expect(await deadline()).toEqual(at(5 + assumedHeartbeatSeconds));
    await opened.test.query("update heartbeat set identified = true");
    expect(await deadline()).toBeNull();
    expect(await store.demand()).toEqual([]);
  });

  it("beats that lie further ahead than the plan puts them, because the clock was set back, are due at once", async () => {
    await waiting({ heartbeatSeconds: 60, heard: 0, due: 20, title: "as planned" });
    await waiting({ heartbeatSeconds: 60, heard: 0, due: 55, title: "set back by 35 s" });
    await waiting({ heartbeatSeconds: null, heard: 0, due: 330, title: "a probe, as planned" });
    await waiting({ heartbeatSeconds: null, heard: 0, due: 340, title: "a probe, set back by 40 s" });
    await waiting({ heartbeatSeconds: null, heard: 0, due: 15, title: "unidentified, set back by 10 s" });
    await opened.test.query(
      "update heartbeat set identified = false from approval where id = approval_id and title like 'unidentified%'",
    );
    const store = storeWith(400);
    expect(await store.claimDue(claim(start))).toEqual([]);
    expect(await store.pullForward(start, 3)).toBe(1);
    expect(await store.pullForward(start, 1)).toBe(2);
    expect((await titlesOf(await store.claimDue(claim(start)))).sort()).toEqual([
      "a probe, set back by 40 s",
      "set back by 35 s",
      "unidentified, set back by 10 s",
    ]);
  });
});

/** Minutes of a fleet's life, a second at a time: what it claims it sends at once, and a task that is not heard in time is gone. */
async function live(callsPerSecond: number, seconds: number): Promise<{ missed: number; kept: number }> {
  const store = storeWith(callsPerSecond);
  let chance = 0;
  let plan = planBeats(await store.demand(), callsPerSecond);
  for (let second = 0; second < seconds; second += 1) {
    const now = at(second);
    if (second % 10 === 0) plan = planBeats(await store.demand(), callsPerSecond);
    const nextOf = (facts: BeatFacts) =>
      nextBeatAt(facts, now, (chance = (chance + 0.618) % 1), plan.stretch);
    const ids = await store.claimDue({ now, limit: 1000, marginMs: plan.atRisk > 0 ? 2_000 : 0, nextOf });
    const beats = await store.load(ids);
    const isLate = ({ deadlineAt }: (typeof beats)[number]) => deadlineAt !== null && deadlineAt < now;
    await store.beaten(beats.filter((beat) => !isLate(beat)).map(({ id }) => ({ id, at: now })));
    for (const { id } of beats.filter(isLate)) await store.stopBeats(id);
  }
  const [row] = await opened.test.query<{ late: number; kept: number }>(
    `select count(*) filter (where deadline_at < $1 or deadline_at is null)::int as late,
            count(*) filter (where deadline_at >= $1)::int as kept from approval left join heartbeat on approval_id = id`,
    [at(seconds)],
  );
  return { missed: row?.late ?? -1, kept: row?.kept ?? -1 };
}

describe("a fleet at the limit of its budget", () => {
  it("misses nobody when all fit, whatever their HeartbeatSeconds", async () => {
    await waiting({ count: 300, heartbeatSeconds: 120, heard: 0, due: 36, title: "slow" });
    await waiting({ count: 30, heartbeatSeconds: 10, heard: 0, due: 3, title: "quick" });
    expect(
      planBeats(
        [
          { heartbeatSeconds: 120, tasks: 300 },
          { heartbeatSeconds: 10, tasks: 30 },
        ],
        20,
      ).stretch,
    ).toBe(1);
    expect(await live(20, 300)).toEqual({ missed: 0, kept: 330 });
  });

  it("stretches the intervals before it gives anybody up", async () => {
    await waiting({ count: 600, heartbeatSeconds: 60, heard: 0, due: 18, title: "t" });
    const { stretch, atRisk } = planBeats([{ heartbeatSeconds: 60, tasks: 600 }], 20);
    expect([Math.round(stretch * 100) / 100, atRisk]).toEqual([1.75, 0]);
    expect(await live(20, 300)).toEqual({ missed: 0, kept: 600 });
  });

  it("beyond it keeps about as many as fit, instead of letting all of them die in turn", async () => {
    await waiting({ count: 1200, heartbeatSeconds: 30, heard: 0, due: 9, title: "t" });
    const { atRisk } = planBeats([{ heartbeatSeconds: 30, tasks: 1200 }], 20);
    const { kept } = await live(20, 240);
    expect(kept).toBeGreaterThan((1200 - atRisk) * 0.9);
  });

  it("tells callers of GET /status how many are at risk", async () => {
    await using product = await startProduct({ workers: false });
    const status = async () =>
      supertest(product.app)
        .get("/api/v1/status")
        .auth(await product.bot("read"), { type: "bearer" });
    expect((await status()).body).toMatchObject({ heartbeats: { atRisk: 0, fittingHeartbeatSeconds: null } });
    await product.database.query(
      `with task as (
         insert into approval (id, activity_arn, worker_name, received_at, title, links, input, heartbeat_seconds, checked_at)
         select gen_random_uuid(), 'a', 'w', now(), 't', '[]', '{}', 15, now() from generate_series(1, 10000) returning id)
       insert into heartbeat (approval_id, received_at, heartbeat_seconds, next_beat_at) select id, now(), 15, now() from task`,
    );
    await product.moveClock(11_000);
    expect((await status()).body).toMatchObject({
      heartbeats: { available: 360, stretch: 2, atRisk: 6580, fittingHeartbeatSeconds: 88 },
    });
    expect((await supertest(product.app).get("/api/v1/status")).status).toBe(401);
  });

  it("says how many are at risk and which HeartbeatSeconds would fit, once, and once when it is over", async () => {
    const lines: string[] = [];
    const write = (level: string) => (_fields: object, message: string) =>
      void lines.push(`${level}: ${message}`);
    const log = { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
    const atRisk: number[] = [];
    const meter = { ...silentMeter, beatsAtRisk: (count: number) => void atRisk.push(count) };
    const deps = { heartbeats: storeWith(20), meter, log };
    let plan = await watchBeatPlan(deps, null);
    await waiting({ count: 1200, heartbeatSeconds: 30, heard: 0, due: 9, title: "t" });
    for (let round = 0; round < 3; round += 1) plan = await watchBeatPlan(deps, plan);
    await opened.test.query("delete from heartbeat");
    await watchBeatPlan(deps, plan);
    expect(lines).toEqual([
      "error: 858 approvals cannot be kept alive within the budget of heartbeats; HeartbeatSeconds of 211 would fit",
      "info: heartbeats fit their budget again",
    ]);
    expect(atRisk).toEqual([0, 858, 858, 858, 0]);
    expect(planBeats([{ heartbeatSeconds: 211, tasks: 1200 }], 20)).toMatchObject({
      stretch: 1,
      atRisk: 0,
      fittingHeartbeatSeconds: null,
    });
  });
});
