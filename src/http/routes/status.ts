import { Router } from "express";
import { currentBeatPlan } from "../../application/plan-beats.ts";
import type { Status } from "../../contract/status.ts";
import type { BeatPlan } from "../../domain/beat-plan.ts";
import type { AppDeps } from "../app-deps.ts";

/** Every open page asks, and counting takes Postgres a while. */
const keptMs = 10_000;

/** `GET /status` */
export function statusRoutes({ use }: Pick<AppDeps, "use">): Router {
  const router = Router();
  let counted: { plan: Promise<BeatPlan>; at: number } | null = null;
  const planNow = () => {
    const now = use.clock.now().getTime();
    if (counted === null || Math.abs(now - counted.at) > keptMs) {
      counted = { plan: currentBeatPlan(use), at: now };
      // What failed is asked again at the next call.
      counted.plan.catch(() => (counted = null));
    }
    return counted.plan;
  };
  router.get("/status", async (_request, response) => {
    const { needed, available, stretch, atRisk, fittingHeartbeatSeconds } = await planNow();
    const status: Status = { heartbeats: { needed, available, stretch, atRisk, fittingHeartbeatSeconds } };
    response.json(status);
  });
  return router;
}
