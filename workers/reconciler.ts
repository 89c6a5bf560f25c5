import type { Deps } from "../src/application/deps.ts";
import { checkExecutions } from "../src/application/check-executions.ts";
import { probeIntervalMs } from "../src/domain/heartbeat.ts";
import { startLoop, type Loop } from "./loop.ts";

const intervalMs = 15_000;
const idempotencyKeptMs = 7 * 24 * 3_600_000;

/** Looks for what no event tells: executions that ended elsewhere, a clock that was set back, idempotency keys that are old. */
export function startReconciler(
  deps: Pick<Deps, "approvals" | "heartbeats" | "stepFunctions" | "clock" | "entropy" | "log">,
): Loop {
  return startLoop(deps, "reconciler", async () => {
    const now = deps.clock.now();
    const pulled = await deps.heartbeats.pullForward(now, (2 * probeIntervalMs) / 1000);
    if (pulled > 0)
      deps.log.warn(
        { beats: pulled },
        "heartbeats lay too far ahead (was the clock set back?); they are due now",
      );
    await checkExecutions(deps);
    await deps.approvals.forgetIdempotencyBefore(new Date(now.getTime() - idempotencyKeptMs));
    return intervalMs;
  });
}
