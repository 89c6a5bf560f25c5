import { watchBeatPlan } from "../src/application/plan-beats.ts";
import { createOwnHands, type Work } from "../src/application/own-hands.ts";
import { sweep } from "../src/application/sweep.ts";
import type { Deps } from "../src/application/deps.ts";
import type { BeatPlan } from "../src/domain/beat-plan.ts";
import { atMost } from "./at-most.ts";
import { startLoop, type Loop } from "./loop.ts";

/** A task that arrives between two sweeps waits no longer than this: a third of the shortest useful HeartbeatSeconds. */
const longestWaitMs = 1_000;
/** However many beats are due, Postgres gets this much rest. */
const shortestWaitMs = 100;
/** Counting what all tasks need takes Postgres some ten milliseconds for a hundred thousand of them. */
const planAfterMs = 10_000;

/** Rings for everything that Postgres says is due. Every worker process sweeps; none needs to know of the others. */
export function startSweeper(
  deps: Parameters<typeof sweep>[0] & Pick<Deps, "log" | "meter">,
  work: Work,
): Loop {
  const hands = createOwnHands(deps, work);
  let plan: BeatPlan | null = null;
  let planAgainAt = 0;
  const loop = startLoop(deps, "sweeper", async () => {
    const now = deps.clock.now().getTime();
    if (plan === null || now >= planAgainAt || now < planAgainAt - planAfterMs) {
      plan = await watchBeatPlan(deps, plan);
      planAgainAt = now + planAfterMs;
    }
    const nextDueAt = await sweep(deps, hands, plan);
    // Slow work of one kind must not keep the beats of the next sweep waiting.
    await atMost(longestWaitMs, hands.idle());
    const untilDueMs = nextDueAt === null ? longestWaitMs : nextDueAt.getTime() - deps.clock.now().getTime();
    return Math.min(longestWaitMs, Math.max(shortestWaitMs, untilDueMs));
  });
  return {
    look: loop.look,
    async close() {
      await loop.close();
      await hands.idle();
    },
  };
}
