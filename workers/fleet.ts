import type { Deps } from "../src/application/deps.ts";
import type { JobQueue } from "../src/application/ports/queue.ts";
import type { PartState } from "../src/application/ports/readiness.ts";
import type { PollerState } from "./poller-context.ts";
import { atMost } from "./at-most.ts";
import { createBeatWatch } from "./beat-watch.ts";
import { watchPolls } from "./poll-watch.ts";
import { defaultDrainMs, startPollerPool, type PollerPool } from "./poller-pool.ts";
import { startQueueWorkers, workOf } from "./queue-workers.ts";
import { startReconciler } from "./reconciler.ts";
import { createStoreGate } from "./store-gate.ts";
import { startSweeper } from "./sweeper.ts";

export interface Fleet {
  pools: ReadonlyMap<string, PollerPool>;
  /** How each part fares, for `/readyz`. */
  parts: Readonly<Record<"polls" | "sweeper" | "reconciler", () => PartState>>;
  /** Tokens that are lost if this process ends now: those without a row, those given up, and one for each open poll that may bring one. */
  tokensAtRisk(): number;
  /** Activity ARN → state of a poller → how many. */
  pollers(): Record<string, Record<PollerState, number>>;
  /** Polls end first (65 s at most), then whatever works on what they brought. */
  close(): Promise<void>;
}

/** Everything that one worker process runs. */
export function startFleet(deps: Deps, queue: JobQueue): Fleet {
  const beats = createBeatWatch(deps);
  const work = workOf(deps, beats);
  const workers = startQueueWorkers(queue, work);
  const sweeper = startSweeper(deps, work, beats);
  const reconciler = startReconciler(deps);
  const polls = watchPolls(deps);
  const store = createStoreGate();
  const slots = { max: deps.maxPollers, taken: 0 };
  const pools = new Map(
    [...deps.activities.values()].map((activity) => [
      activity.arn,
      startPollerPool({ ...deps, meter: polls.meter }, activity, slots, store),
    ]),
  );
  const counts = () => [...pools.values()].map((pool) => pool.states());
  return {
    pools,
    pollers: () => Object.fromEntries([...pools].map(([arn, pool]) => [arn, pool.states()])),
    parts: { polls: polls.look, sweeper: sweeper.look, reconciler: reconciler.look },
    tokensAtRisk: () =>
      counts().reduce((sum, { polling, storing, stopping }) => sum + polling + storing + stopping, 0) +
      [...pools.values()].reduce((sum, pool) => sum + pool.lost(), 0),
    async close() {
      const drained = Promise.all([...pools.values()].map((pool) => pool.close()));
      await atMost(defaultDrainMs, drained);
      await Promise.all([sweeper.close(), reconciler.close()]);
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}
