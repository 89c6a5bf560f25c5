import { planBeats, type BeatPlan } from "../domain/beat-plan.ts";
import type { Deps } from "./deps.ts";

/** Whether the fleet's budget keeps all tasks alive, from what Postgres knows now. */
export async function currentBeatPlan({ heartbeats }: Pick<Deps, "heartbeats">): Promise<BeatPlan> {
  return planBeats(await heartbeats.demand(), heartbeats.callsPerSecond);
}

/** The same for a process that beats: counts what is at risk, and says so in the log when that changes. */
export async function watchBeatPlan(
  deps: Pick<Deps, "heartbeats" | "meter" | "log">,
  before: BeatPlan | null,
): Promise<BeatPlan> {
  const plan = await currentBeatPlan(deps);
  deps.meter.beatsAtRisk(plan.atRisk);
  const level = levelOf(plan);
  if (level !== (before === null ? "calm" : levelOf(before))) say(deps, level, plan);
  return plan;
}

type Level = "calm" | "stretched" | "overloaded";

function levelOf({ atRisk, stretch }: BeatPlan): Level {
  if (atRisk > 0) return "overloaded";
  return stretch > 1 ? "stretched" : "calm";
}

function say({ log }: Pick<Deps, "log">, level: Level, plan: BeatPlan): void {
  const fields = { ...plan, needed: Math.round(plan.needed), available: Math.round(plan.available) };
  switch (level) {
    case "calm":
      return log.info(fields, "heartbeats fit their budget again");
    case "stretched":
      return log.warn(
        fields,
        `heartbeats need more calls than their budget has: they go out later than at a third of HeartbeatSeconds; ${plan.fittingHeartbeatSeconds} would fit`,
      );
    case "overloaded":
      return log.error(
        fields,
        `${plan.atRisk} approvals cannot be kept alive within the budget of heartbeats; HeartbeatSeconds of ${plan.fittingHeartbeatSeconds} would fit`,
      );
  }
}
