import { Router } from "express";
import type { UnclaimedGates } from "../../contract/unclaimed-gate.ts";
import type { AppDeps } from "../app-deps.ts";
import { visibilityOf } from "../../domain/visibility.ts";
import { callerIn, requireScope } from "../authenticate.ts";

const shownMax = 100;

/** `GET /unclaimed-gates` */
export function unclaimedGateRoutes({ use }: Pick<AppDeps, "use">): Router {
  const router = Router();
  router.get("/unclaimed-gates", requireScope("read"), async (_request, response) => {
    const visibility = visibilityOf(callerIn(response));
    const found = await use.gates.list(shownMax, visibility);
    const gates: UnclaimedGates = {
      items: found.map(({ executionArn, stateMachineArn, stateName, activityArn, scheduledAt }) => ({
        executionArn,
        executionName: executionArn.slice(executionArn.lastIndexOf(":") + 1),
        stateMachineArn,
        state: stateName,
        activityArn,
        waitingSince: scheduledAt.toISOString(),
        activityIsConfigured: use.activities.has(activityArn),
      })),
      total: found.length < shownMax ? found.length : await use.gates.count(visibility),
    };
    response.json(gates);
  });
  return router;
}
