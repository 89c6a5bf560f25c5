import { createHealthApp } from "../src/http/health-app.ts";
import { listen } from "../src/listen.ts";
import { openProcess } from "../src/open-process.ts";
import { startFleet } from "./fleet.ts";

/** The worker process: takes tokens, keeps them alive, sends answers. Any number of them may run. */
export async function work(environment: Readonly<Record<string, string | undefined>>): Promise<void> {
  const { config, composed, log, lifecycle } = await openProcess(environment, "worker");
  const { deps, queue, metrics, readiness } = composed;
  // Opened first, so that it still answers while polls drain.
  const { host, workerPort } = config;
  const port =
    workerPort === null
      ? null
      : await listen(
          createHealthApp(composed, log),
          { host, port: workerPort, variable: "COUNTERSIGN_WORKER_PORT", what: "health server" },
          lifecycle,
        );
  const fleet = startFleet(deps, queue);
  lifecycle.onClose("workers", () => fleet.close());
  lifecycle.countAtRisk(() => fleet.tokensAtRisk());
  metrics.watchPollers(() => fleet.pollers());
  for (const [part, look] of Object.entries(fleet.parts)) readiness.watch(part, look);
  log.info({ activities: [...fleet.pools.keys()], host, port }, "ready");
}
