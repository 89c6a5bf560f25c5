import { openProcess } from "../src/open-process.ts";
import { startFleet } from "./fleet.ts";

/** The worker process: takes tokens, keeps them alive, sends answers. Any number of them may run. */
export async function work(environment: Readonly<Record<string, string | undefined>>): Promise<void> {
  const { composed, log, lifecycle } = await openProcess(environment, "worker");
  const fleet = startFleet(composed.deps, composed.queue);
  composed.metrics.watchPollers(() => fleet.pollers());
  lifecycle.onClose("workers", () => fleet.close());
  log.info({ activities: [...fleet.pools.keys()] }, "ready");
}
