import type { Deps } from "../src/application/deps.ts";
import type { JobQueue } from "../src/application/ports/queue.ts";
import type { PollerState } from "./poller.ts";
import { startPollerPool, type PollerPool } from "./poller-pool.ts";
import { startQueueWorkers, workOf } from "./queue-workers.ts";
import { startReconciler } from "./reconciler.ts";
import { startSweeper } from "./sweeper.ts";

export interface Fleet {
  pools: ReadonlyMap<string, PollerPool>;
  /** Activity ARN → state of a poller → how many. */
  pollers(): Record<string, Record<PollerState, number>>;
  /** Polls end first, then whatever works on what they brought. */
  close(): Promise<void>;
}

/** Everything that one worker process runs. */
export function startFleet(deps: Deps, queue: JobQueue): Fleet {
  const work = workOf(deps);
  const workers = startQueueWorkers(queue, work);
  const loops = [startSweeper(deps, work), startReconciler(deps)];
  const pools = new Map(
    [...deps.activities.values()].map((activity) => [activity.arn, startPollerPool(deps, activity)]),
  );
  return {
    pools,
    pollers: () => Object.fromEntries([...pools].map(([arn, pool]) => [arn, pool.states()])),
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
      await Promise.all(loops.map((loop) => loop.close()));
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}
