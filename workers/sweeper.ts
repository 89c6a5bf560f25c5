import { createOwnHands, type Work } from "../src/application/own-hands.ts";
import { sweep } from "../src/application/sweep.ts";
import type { Deps } from "../src/application/deps.ts";
import { atMost } from "./at-most.ts";
import type { BeatWatch } from "./beat-watch.ts";
import { startLoop, type Loop } from "./loop.ts";

/** A task that arrives between two sweeps waits no longer than this: a third of the shortest useful HeartbeatSeconds. */
const longestWaitMs = 1_000;
/** However many beats are due, Postgres gets this much rest. */
const shortestWaitMs = 100;

/** Rings for everything that Postgres says is due. Every worker process sweeps; none needs to know of the others. */
export function startSweeper(
  deps: Parameters<typeof sweep>[0] & Pick<Deps, "entropy" | "log" | "meter">,
  work: Work,
  beats: BeatWatch,
): Loop {
  const hands = createOwnHands(deps, work);
  const loop = startLoop(deps, "sweeper", async () => {
    await beats.watchClock();
    // Asked here, too, so that the log tells of tasks at risk while nothing is due.
    await beats.plan();
    const nextDueAt = await sweep(deps, hands);
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
