import { createOwnHands } from "../src/application/own-hands.ts";
import { sweep } from "../src/application/sweep.ts";
import { createBeatWatch } from "../workers/beat-watch.ts";
import { workOf } from "../workers/queue-workers.ts";
import { fillPending } from "./fleet/fill-pending.ts";
import { openSurroundings, type Surroundings } from "./fleet/surroundings.ts";

const pending = 100_000;
const heartbeatSeconds = 300;
const lifeSeconds = 600;

/**
 * Ten minutes in the life of 100,000 tasks, a second at a time, under the default budget of 400 heartbeats a second: nobody is missed.
 * Every beat is claimed from Postgres, sent by the SDK to the stub, and noted.
 */
export async function heartbeats(): Promise<boolean> {
  let now = new Date();
  await using surroundings = await openSurroundings({
    clock: { now: () => now, monotonicMs: () => now.getTime(), sleep: () => Promise.resolve() },
  });
  const { database } = surroundings.composed;
  const begin = now.getTime();
  await fillPending(database, { count: pending, heartbeatSeconds, receivedAt: now });
  const heard = new Map<string, number>();
  const gapsMs = { longest: 0, missed: 0 };
  const hear = (id: string) => {
    const gap = now.getTime() - (heard.get(id) ?? begin);
    gapsMs.longest = Math.max(gapsMs.longest, gap);
    if (gap > heartbeatSeconds * 1000) gapsMs.missed += 1;
    heard.set(id, now.getTime());
  };
  const deps = listening(surroundings, hear);
  const watch = createBeatWatch(deps);
  const hands = createOwnHands(deps, workOf(deps, watch));
  const startedAt = performance.now();
  for (let second = 0; second <= lifeSeconds; second += 1) {
    now = new Date(begin + second * 1000);
    await sweep(deps, hands);
    await hands.idle();
  }
  const tookSeconds = (performance.now() - startedAt) / 1000;
  const silent =
    pending - [...heard.values()].filter((at) => now.getTime() - at <= heartbeatSeconds * 1000).length;
  const missed = gapsMs.missed + silent;
  console.log(
    `${missed === 0 ? "ok  " : "OVER"}  100,000 pending, HeartbeatSeconds ${heartbeatSeconds}, ${lifeSeconds / 60} minutes: ${missed} missed (at most 0), ` +
      `longest silence ${(gapsMs.longest / 1000).toFixed(0)} s, planned stretch ${(await watch.plan()).stretch.toFixed(2)}, done in ${tookSeconds.toFixed(0)} s`,
  );
  return missed === 0;
}

/** The queue is away in this life: each sweep does its work itself, so that a second ends when its beats have been sent. */
function listening({ composed: { deps } }: Surroundings, hear: (id: string) => void) {
  const beat: typeof deps.stepFunctions.beat = async (id) => {
    const heardOf = await deps.stepFunctions.beat(id);
    hear(id);
    return heardOf;
  };
  return {
    ...deps,
    bell: { ring: () => Promise.resolve(false) },
    stepFunctions: { ...deps.stepFunctions, beat },
  };
}
