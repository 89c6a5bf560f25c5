import { z } from "zod";

/** An execution that waits at an activity for somebody to take its task. */
export const unclaimedGateShape = z.object({
  executionArn: z.string(),
  executionName: z.string(),
  stateMachineArn: z.string(),
  state: z.string().nullable(),
  activityArn: z.string(),
  waitingSince: z.iso.datetime(),
  activityIsConfigured: z
    .boolean()
    .describe("countersign.yaml names this activity: its pollers are down, too few, or cannot poll"),
});

/** The longest waiting first, 100 at most; `total` counts all. */
export const unclaimedGatesShape = z.object({
  items: z.array(unclaimedGateShape),
  total: z.number().int(),
});

export type UnclaimedGates = z.infer<typeof unclaimedGatesShape>;
