import type { Deps } from "../src/application/deps.ts";
import type { Meter } from "../src/application/ports/meter.ts";
import type { PartState } from "../src/application/ports/readiness.ts";

/** After polls have worked, this long without one that does is a fault and not a hiccup. */
const toleratedMs = 15_000;

interface Watched {
  hasWorked: boolean;
  failingSinceMs: number | null;
  lastFailure: string;
}

/** Listens to how polls end, and tells whether this process can hear of tasks at all. */
export function watchPolls({ meter, clock }: Pick<Deps, "meter" | "clock">): {
  meter: Meter;
  look(): PartState;
} {
  const activities = new Map<string, Watched>();
  return {
    meter: {
      ...meter,
      pollEnded(activityArn, outcome) {
        meter.pollEnded(activityArn, outcome);
        const works = outcome === "task" || outcome === "empty";
        const before = activities.get(activityArn);
        activities.set(activityArn, {
          hasWorked: works || before?.hasWorked === true,
          failingSinceMs: works ? null : (before?.failingSinceMs ?? clock.monotonicMs()),
          lastFailure: outcome,
        });
      },
    },
    look() {
      const nowMs = clock.monotonicMs();
      const failing = [...activities].filter(
        // Whoever never got through need not be waited for: a new version with wrong credentials must not replace the old one.
        ([, { hasWorked, failingSinceMs }]) =>
          failingSinceMs !== null && (!hasWorked || nowMs - failingSinceMs > toleratedMs),
      );
      if (failing.length === 0) return { ready: true, needed: true };
      const detail = failing
        .map(([arn, { lastFailure }]) => `polls of ${arn} fail: ${lastFailure}`)
        .join("; ");
      return { ready: false, needed: true, detail };
    },
  };
}
