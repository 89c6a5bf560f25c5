import { z } from "zod";
import { verdicts } from "./approval.ts";
import { storableName, storableText } from "./text.ts";

/** A comment becomes the cause of a failed state, which AWS bounds at 32,768 characters; nobody reads more than this. */
export const commentMaxCharacters = 10_000;

/** `name:digest,name:digest`; see domain/shown.ts. */
const shown = z
  .string()
  .max(1000)
  .regex(/^[a-z]+:[0-9a-f]+(,[a-z]+:[0-9a-f]+)*$/, { error: "is not the `shown` of an approval" })
  .optional()
  .describe(
    "The approval's `shown`, unchanged: 409 `stale` if something to decide upon has changed since. Without it nothing is compared",
  );

const verdictMembers = {
  verdict: z.enum(verdicts),
  comment: storableText(commentMaxCharacters)
    .optional()
    .describe("Why. Becomes the cause when a rejection fails the state"),
  output: z
    .unknown()
    .optional()
    .describe("Any JSON, handed to the state machine as `output` of the task's output"),
  form: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("The policy's form filled in; handed to the state machine as `form` of the task's output"),
  breakGlass: z
    .strictObject({
      reason: storableName(1_000).describe("Why; it stands in vote, decision and audit trail"),
    })
    .optional()
    .describe("An administrator decides alone at once, where the policy lets them"),
  shown,
};

/** `POST /api/v1/approvals/{id}/decision` */
export const decisionRequestShape = z.strictObject(verdictMembers);

/** `POST /api/v1/decisions`: names the approval by exactly one of three keys. */
export const decisionByKeyRequestShape = z
  .strictObject({
    ...verdictMembers,
    approvalId: z.uuid().optional(),
    commit: storableName(64).optional().describe("The whole commit hash"),
    repository: storableName(255).optional().describe("Only with `commit`"),
    executionArn: storableName(256).optional(),
    state: storableName(80).optional().describe("Only with `executionArn`"),
  })
  .superRefine((body, context) => {
    const keys = (["approvalId", "commit", "executionArn"] as const).filter((key) => body[key] !== undefined);
    if (keys.length !== 1)
      context.addIssue({
        code: "custom",
        message: `name exactly one of approvalId, commit, executionArn; got ${keys.join(", ") || "none"}`,
      });
    if (body.repository !== undefined && body.commit === undefined)
      context.addIssue({ code: "custom", path: ["repository"], message: "goes with `commit` only" });
    if (body.state !== undefined && body.executionArn === undefined)
      context.addIssue({ code: "custom", path: ["state"], message: "goes with `executionArn` only" });
  });

export type DecisionRequest = z.infer<typeof decisionRequestShape>;
export type DecisionByKeyRequest = z.infer<typeof decisionByKeyRequestShape>;
