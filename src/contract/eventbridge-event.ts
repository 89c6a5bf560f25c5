import { z } from "zod";
import { storableName } from "./text.ts";

/** Any event of EventBridge; only the members that we read. */
export const eventShape = z.object({
  source: z.string(),
  "detail-type": z.string(),
  detail: z.unknown(),
});

export const statusChangeType = "Step Functions Execution Status Change";

/** The detail of a Step Functions Execution Status Change (Step Functions guide, EventBridge events). */
export const statusChangeShape = z.object({
  executionArn: storableName(512),
  status: storableName(64),
});
