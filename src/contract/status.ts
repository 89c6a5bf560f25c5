import { z } from "zod";

/** `GET /api/v1/status`: how Countersign itself fares. Rates are calls per second. */
export const statusShape = z.object({
  heartbeats: z
    .object({
      needed: z.number().describe("What it takes to beat every task at a third of its HeartbeatSeconds"),
      available: z.number().describe("What the budget has for it"),
      stretch: z.number().describe("1, or up to 2 while beats go out later so that more of them fit"),
      atRisk: z.number().int().describe("Approvals that cannot be kept alive within the budget"),
      fittingHeartbeatSeconds: z
        .number()
        .int()
        .nullable()
        .describe("HeartbeatSeconds under which all would fit; null: they do"),
    })
    .describe("Counted at most every ten seconds"),
});

export type Status = z.infer<typeof statusShape>;
