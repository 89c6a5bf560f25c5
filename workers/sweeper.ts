import type { Deps } from "../src/application/deps.ts";
import { sweep, type Work } from "../src/application/sweep.ts";
import { startLoop, type Loop } from "./loop.ts";

/** A task that arrives between two sweeps waits no longer than this: a third of the shortest useful HeartbeatSeconds. */
const longestWaitMs = 1_000;
/** However many beats are due, Postgres gets this much rest. */
const shortestWaitMs = 100;

/** Rings for everything that Postgres says is due. Every worker process sweeps; none needs to know of the others. */
export function startSweeper(deps: Parameters<typeof sweep>[0] & Pick<Deps, "log">, work: Work): Loop {
  return startLoop(deps, "sweeper", async () => {
    const nextDueAt = await sweep(deps, work);
    const untilDueMs = nextDueAt === null ? longestWaitMs : nextDueAt.getTime() - deps.clock.now().getTime();
    return Math.min(longestWaitMs, Math.max(shortestWaitMs, untilDueMs));
  });
}
