import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { Deps } from "./application/deps.ts";

/** Activity ARN → state of a poller → how many. */
export type PollerCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What `GET /metrics` says, in Prometheus' text format; counts are asked for when somebody scrapes. */
export function createMetrics(
  deps: Pick<Deps, "approvals" | "log">,
  pollers: () => PollerCounts,
): () => Promise<{ contentType: string; text: string }> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: "countersign_approvals_pending",
    help: "Approvals that wait for a decision",
    registers: [registry],
    async collect() {
      this.set(await deps.approvals.countPending());
    },
  });
  new Gauge({
    name: "countersign_pollers",
    help: "Long pollers of this process by activity and state",
    labelNames: ["activity", "state"],
    registers: [registry],
    collect() {
      this.reset();
      for (const [activity, states] of Object.entries(pollers())) {
        for (const [state, count] of Object.entries(states)) this.set({ activity, state }, count);
      }
    },
  });
  return async () => ({ contentType: registry.contentType, text: await registry.metrics() });
}
