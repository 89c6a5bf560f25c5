import { beforeEach, describe, expect, it } from "vitest";
import { callersTime } from "../../src/adapters/postgres/call-budget.ts";
import { createHeartbeatStore } from "../../src/adapters/postgres/heartbeat-store.ts";
import type { Deps } from "../../src/application/deps.ts";
import { createOwnHands } from "../../src/application/own-hands.ts";
import { silentMeter } from "../../src/application/ports/meter.ts";
import { sendBeats } from "../../src/application/send-beats.ts";
import { sweep } from "../../src/application/sweep.ts";
import { createBeatWatch } from "../../workers/beat-watch.ts";
import { openedDatabase } from "../support/opened-database.ts";
import { addWaitingTasks, at, start } from "../support/waiting-tasks.ts";

const opened = openedDatabase();

beforeEach(() => opened.test.query("truncate approval, call_budget cascade"));

const silentLog = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

it("a process whose clock is set back by less than HeartbeatSeconds beats at once, and not after a correction", async () => {
  await addWaitingTasks(opened.test, { heartbeatSeconds: 60, heard: 0, due: 20, title: "t" });
  let now = at(1);
  let passedMs = 0;
  const heartbeats = createHeartbeatStore(opened.database, 400, callersTime);
  const claimed = () => heartbeats.claimDue({ now, limit: 100, marginMs: 0, nextOf: () => at(100_000) });
  const watch = createBeatWatch({
    heartbeats,
    meter: silentMeter,
    clock: { now: () => now, monotonicMs: () => passedMs, sleep: () => Promise.resolve() },
    log: silentLog,
  });
  now = at(0.5);
  await watch.watchClock();
  expect(await claimed()).toEqual([]);
  // However long nobody looked: the clock alone shows less of it.
  passedMs += 60_000;
  now = at(0.2);
  await watch.watchClock();
  expect(await claimed()).toEqual([]);
  now = at(-35);
  await watch.watchClock();
  expect(await claimed()).toHaveLength(1);
});

it("a late beat that hears of the end waits for the answer that is being settled, and neither undoes the other", async () => {
  await addWaitingTasks(opened.test, { heartbeatSeconds: 60, heard: 0, due: 20, title: "t" });
  const [{ id } = { id: "" }] = await opened.test.query<{ id: string }>(
    "select id::text as id from approval",
  );
  const heartbeats = createHeartbeatStore(opened.database, 400, callersTime);
  let stopping: Promise<void> = Promise.resolve();
  await opened.database.transaction(async (transaction) => {
    // As every settled answer does it.
    await transaction.approval.update({ where: { id }, data: { identifyAfter: null } });
    stopping = heartbeats.stopBeats(id);
    await expect.poll(() => opened.test.query("select 1 from pg_locks where not granted")).toHaveLength(1);
    await transaction.heartbeat.delete({ where: { approvalId: id } });
  });
  await stopping;
  expect(await opened.test.query("select 1 from heartbeat")).toEqual([]);
});

describe("a Step Functions that hangs", () => {
  const nothing = () => Promise.resolve();
  const nobody = () => Promise.resolve([]);

  /** A process whose bell is broken, and whose calls hang from its first second until `release`. */
  async function hangingProcess() {
    let now = start;
    let release: () => void = () => undefined;
    const hang = new Promise<void>((resolve) => (release = resolve));
    const sent: string[] = [];
    const deps = {
      approvals: { duePolicies: nobody },
      answers: { due: nobody },
      identify: { dueForIdentify: nobody },
      intake: { dueStarts: nobody },
      supersede: { dueForLook: nobody },
      bell: { ring: () => Promise.resolve(false) },
      heartbeats: createHeartbeatStore(opened.database, 400, callersTime),
      stepFunctions: {
        async beat(id: string) {
          sent.push(id);
          await hang;
          return "alive" as const;
        },
      },
      meter: silentMeter,
      clock: { now: () => now, monotonicMs: () => now.getTime(), sleep: () => Promise.resolve() },
      entropy: { fraction: () => 0.5 },
      log: silentLog,
    } as unknown as Deps;
    const calm = { stretch: 1, atRisk: 0 };
    const work = {
      identify: nothing,
      answers: nothing,
      starts: nothing,
      policies: nothing,
      supersede: nothing,
    };
    const hands = createOwnHands(deps, { ...work, beats: () => sendBeats(deps, calm) });
    return {
      sent,
      release,
      idle: () => hands.idle(),
      async sweepAt(second: number) {
        now = at(second);
        await sweep(deps, hands);
      },
    };
  }

  it("holds up no other task, for which the next sweep makes a call", async () => {
    await addWaitingTasks(opened.test, { heartbeatSeconds: 15, heard: 0, due: 0, title: "first" });
    await addWaitingTasks(opened.test, { heartbeatSeconds: 15, heard: 0, due: 1, title: "second" });
    const { sent, release, idle, sweepAt } = await hangingProcess();
    await sweepAt(0);
    await expect.poll(() => sent.length).toBe(1);
    await sweepAt(1);
    await expect.poll(() => sent.length).toBe(2);
    release();
    await idle();
  });

  it.each([
    // What was claimed is due again by then, and left to its next claim.
    { heartbeatSeconds: 60, afterwards: 0 },
    { heartbeatSeconds: 300, afterwards: 336 },
  ])(
    "makes no flood when it is back: HeartbeatSeconds $heartbeatSeconds",
    async ({ heartbeatSeconds, afterwards }) => {
      await addWaitingTasks(opened.test, { count: 5000, heartbeatSeconds, heard: 0, due: -10, title: "t" });
      const { sent, release, idle, sweepAt } = await hangingProcess();
      await sweepAt(0);
      await expect.poll(() => sent.length).toBe(64);
      for (let second = 1; second < 40; second += 1) await sweepAt(second);
      release();
      await idle();
      expect(sent.length).toBe(64 + afterwards);
      expect(new Set(sent).size).toBe(sent.length);
      await sweepAt(41);
      await idle();
      expect(sent.length).toBe(64 + afterwards + 400);
    },
  );
});
