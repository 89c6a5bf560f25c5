import { z } from "zod";

const instant = z.iso.datetime().describe("An instant, ISO 8601 in UTC");
const from = z.array(z.string()).describe("Names of the policies that it comes from");

/** The rules under which an approval was opened, as the page shows them. */
export const policyShape = z.object({
  digest: z
    .string()
    .nullable()
    .describe(
      "SHA-256 of the policy under which this was opened, in hex; null: opened before there were policies",
    ),
  names: z.array(z.string()).describe("`built-in` where no policy of countersign.yaml matches"),
  isProvisional: z
    .boolean()
    .describe(
      "Nothing is decided yet: which policy holds depends on the execution, whose history is being read",
    ),
  rules: z.array(
    z.object({
      rule: z.string().describe("Its key in countersign.yaml"),
      text: z.string().describe("For a person"),
      from,
    }),
  ),
  comment: z.enum(["never", "reject", "always"]).describe("Which votes need a comment"),
  forms: z
    .array(z.object({ from: z.string(), schema: z.unknown().describe("JSON Schema") }))
    .describe("What `form` of an approving decision has to satisfy, all of it"),
  notes: z
    .array(z.string())
    .describe(
      "What the task's input leaves open or says in a way that could not be understood, and what follows",
    ),
  lacksAuthors: z
    .boolean()
    .describe(
      "Of a merge whose push the forge had not told while it was pending: who made the merged commits is not known, and not excluded",
    ),
});

/** Who is still needed for an approval, who can, and what time will bring. */
export const standingShape = z.object({
  needed: z.object({
    approvals: z.number().int().describe("Approvals still needed, by different people"),
    groups: z.array(
      z.object({
        team: z.string(),
        required: z.number().int(),
        have: z.number().int(),
        missing: z.number().int(),
        from,
      }),
    ),
  }),
  whoCan: z
    .object({
      anyReviewer: z.boolean().describe("Any reviewer who is not excluded"),
      teams: z.array(z.string()).describe("Members of these teams, stand-ins by escalation among them"),
      people: z
        .array(z.object({ id: z.string(), name: z.string() }))
        .describe("Those of them who are not excluded and have not approved yet; up to 100"),
    })
    .describe("Whose approval would help"),
  isOpen: z.boolean().describe("All time windows are open and nothing is frozen"),
  awaitsWindow: z.boolean().describe("The approvals suffice; the decision is made when the window opens"),
  opensAt: instant.nullable().describe("When the windows open next; null: they are open, or never open"),
  escalations: z.array(
    z.object({
      at: instant,
      atPercent: z.number().describe("Of the time until the deadline"),
      team: z.string().describe("Its members may stand in from then on"),
      from: z.string(),
      isDue: z.boolean(),
    }),
  ),
  timeoutRejection: z
    .object({ at: instant, reason: z.string(), from: z.string() })
    .nullable()
    .describe("When Countersign itself rejects if nobody decides"),
});

export const excludedShape = z.object({
  as: z.enum(["requester", "author", "committer", "coAuthors", "pusher"]),
  who: z.array(z.string()).describe("E-mail addresses and logins, in small letters"),
  from,
});

export type PolicyView = z.infer<typeof policyShape>;
export type StandingView = z.infer<typeof standingShape>;
