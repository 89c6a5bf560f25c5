import { watchBeatPlan } from "../src/application/plan-beats.ts";
import { pullForward } from "../src/application/pull-forward.ts";
import type { Deps } from "../src/application/deps.ts";
import type { BeatPlan } from "../src/domain/beat-plan.ts";

/** Counting what all tasks need takes Postgres some ten milliseconds for a hundred thousand of them. */
const planAfterMs = 10_000;
/** Clocks are corrected by this much all the time; no heartbeat depends on it. */
const correctionMs = 1_000;

/** What a process knows of how the fleet beats. */
export interface BeatWatch {
  /** The plan, at most ten seconds old. */
  plan(): Promise<BeatPlan>;
  /** To be called every second or so: after the clock was set back, beats that lie too far ahead become due. */
  watchClock(): Promise<void>;
}

export function createBeatWatch(deps: Pick<Deps, "heartbeats" | "meter" | "clock" | "log">): BeatWatch {
  const nowMs = () => deps.clock.monotonicMs();
  /** Changes only when somebody sets the clock. */
  const aheadMs = () => deps.clock.now().getTime() - nowMs();
  let known: { plan: BeatPlan; atMs: number } | null = null;
  let asking: Promise<BeatPlan> | null = null;
  let lastAheadMs = aheadMs();
  const ask = async () => {
    try {
      const plan = await watchBeatPlan(deps, known?.plan ?? null);
      known = { plan, atMs: nowMs() };
      return plan;
    } finally {
      asking = null;
    }
  };
  const plan = async () => {
    if (known !== null && nowMs() - known.atMs < planAfterMs) return known.plan;
    return (asking ??= ask());
  };
  return {
    plan,
    async watchClock() {
      if (aheadMs() < lastAheadMs - correctionMs) await pullForward(deps, (await plan()).stretch);
      lastAheadMs = aheadMs();
    },
  };
}
