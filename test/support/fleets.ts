import type { Deps } from "../../src/application/deps.ts";
import type { JobQueue } from "../../src/application/ports/queue.ts";
import { startFleet, type Fleet } from "../../workers/fleet.ts";
import type { PollerState } from "../../workers/poller-context.ts";
import type { MovedClock } from "./moved-clock.ts";
import { until } from "./until.ts";

/** Sweeper, reconciler, doubts, checkpoints: as many of a fleet sleep by the clock while nothing is under way. */
const loopsOfFleet = 4;

/** Starts fleets and knows when all of them have nothing to do. */
export function fleetsOn(queue: JobQueue, clock: MovedClock) {
  const running = new Set<Fleet>();
  const count = (state: PollerState) =>
    [...running]
      .flatMap((fleet) => Object.values(fleet.pollers()))
      .reduce((sum, each) => sum + each[state], 0);
  // A poller whose token finds no row for now sleeps, too, before it tries again.
  const isQuiet = async () =>
    clock.sleeping() >= running.size * loopsOfFleet + count("storing") && (await queue.depth()) === 0;
  return {
    start(deps: Deps): Fleet {
      const started = startFleet(deps, queue);
      running.add(started);
      return { ...started, close: () => started.close().finally(() => running.delete(started)) };
    },
    quiet: () => until("nothing is under way", isQuiet, 60_000).then(() => undefined),
  };
}
