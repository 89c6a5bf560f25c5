import { z } from "zod";
import { faultsOfPolicies, policyFileShape } from "./policy-file.ts";
import { teamNameShape } from "./team.ts";
import { signInShape } from "./sign-in-config.ts";

/** `countersign.yaml`. Every shape is strict: an unknown key is a mistake worth naming. */

const activityArn = z.string().regex(/^arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:activity:[^\s]{1,80}$/, {
  error: "is not an activity ARN like arn:aws:states:us-east-1:123456789012:activity:po-approval",
});
const stateMachineArn = z
  .string()
  .regex(/^arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:stateMachine:[^\s]{1,80}$/, {
    error: "is not a state machine ARN like arn:aws:states:us-east-1:123456789012:stateMachine:deploy",
  });

const rejectShape = z
  .discriminatedUnion("as", [
    z.strictObject({
      as: z.literal("failure"),
      error: z
        .string()
        .min(1)
        .max(256)
        .refine((name) => !name.startsWith("States."), {
          error: "must not begin with `States.`: AWS reserves these names",
        })
        .default("RejectedByUser"),
    }),
    z.strictObject({ as: z.literal("success") }),
  ])
  .prefault({ as: "failure" });

/** AWS allows 1,000 open polls for one activity. */
const pollerCount = z.number().int().min(1).max(1000);

const pollersShape = z
  .strictObject({ min: pollerCount.default(2), max: pollerCount.default(100) })
  .refine(({ min, max }) => min <= max, { error: "min is greater than max" })
  .prefault({});

const activityShape = z
  .strictObject({
    arn: activityArn.optional(),
    name: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,80}$/, { error: "is 1 to 80 letters, digits, - and _" })
      .optional(),
    pollers: pollersShape,
    reject: rejectShape,
    heartbeatSeconds: z
      .number()
      .int()
      .min(1)
      .max(99_999_999)
      .optional()
      .describe("What the states declare, for when neither the input nor history tells"),
  })
  .refine(({ arn, name }) => (arn === undefined) !== (name === undefined), {
    error: "give either arn or name",
  });

const secret = z
  .string()
  .min(8, { error: "is shorter than 8 characters (or its environment variable is unset)" });

const triggerShape = z.strictObject({
  forge: z.literal("github"),
  repository: z.string().regex(/^[A-Za-z0-9._*-]+\/[A-Za-z0-9._*-]+$/, {
    error: "is not owner/name; * stands for any characters",
  }),
  branch: z.string().min(1),
  on: z
    .array(z.enum(["push", "merge"]))
    .min(1)
    .default(["push"]),
  secrets: z
    .array(secret)
    .min(1, { error: "needs at least one secret: a webhook without one could be sent by anybody" }),
  stateMachineArn,
  supersede: z.enum(["none", "flag", "reject"]).default("none"),
});

/** Events of EventBridge are taken from whoever sends one of these in the header x-countersign-secret. */
const eventBridgeShape = z.strictObject({
  secrets: z
    .array(
      z
        .string()
        .min(16, { error: "is shorter than 16 characters (or its environment variable is unset)" })
        .regex(/^[\x21-\x7e]*$/, { error: "holds characters that an HTTP header cannot carry" }),
    )
    .min(1, { error: "needs at least one secret" }),
});

export const configFileShape = z
  .strictObject({
    activities: z.array(activityShape).min(1, { error: "needs at least one activity" }),
    triggers: z.array(triggerShape).default([]),
    /** Under which rules votes become a decision; none that matches: one reviewer decides. */
    policies: z.array(policyFileShape).default([]),
    /** The teams that policies may name. Left out: any; a name that is mistyped is then a team without members. */
    teams: z.array(teamNameShape).optional(),
    eventBridge: eventBridgeShape.optional(),
    signIn: signInShape,
    /** AWS refills SendTaskHeartbeat at 500 a second in its large regions and at 300 elsewhere; the default is 80 % of 500. */
    heartbeatsPerSecond: z.number().int().min(1).max(100_000).default(400),
    /** Each poll holds a socket for up to a minute; AWS allows 1,000 for one activity over all processes. */
    maxPollers: z.number().int().min(1).max(10_000).default(1_000),
  })
  .superRefine((file, context) => {
    for (const fault of faultsOfPolicies(file.policies, file)) context.addIssue({ code: "custom", ...fault });
  })
  .refine(({ activities, maxPollers }) => sumOfMin(activities) <= maxPollers, {
    path: ["maxPollers"],
    error: "is less than the sum of all activities' pollers.min",
  });

function sumOfMin(activities: readonly { pollers: { min: number } }[]): number {
  return activities.reduce((sum, { pollers }) => sum + pollers.min, 0);
}

export type ConfigFile = z.infer<typeof configFileShape>;
export type ActivityConfig = ConfigFile["activities"][number];
