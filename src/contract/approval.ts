import { z } from "zod";
import { excludedShape, policyShape, standingShape } from "./policy-view.ts";
import { storableName } from "./text.ts";

export const approvalStatuses = ["pending", "approved", "rejected", "lapsed"] as const;
export const lapsedReasons = [
  "timed_out",
  "heartbeat_expired",
  "execution_stopped",
  "superseded",
  "unknown",
] as const;
export const deliveries = ["recorded", "sent", "accepted", "too_late", "uncertain"] as const;
export const verdicts = ["approve", "reject"] as const;
export const voteClasses = ["page", "chat", "bot"] as const;

const instant = z.iso.datetime().describe("An instant, ISO 8601 in UTC");

export const actorShape = z.object({
  kind: z.enum(["person", "bot", "system"]),
  id: z.string(),
  name: z.string(),
});

export const linkShape = z.object({ title: z.string(), url: z.string() });

export const decisionShape = z.object({
  id: z.string(),
  verdict: z.enum(verdicts),
  decidedAt: instant,
  decidedBy: z.array(actorShape),
  comment: z.string().nullable(),
  breakGlassReason: z
    .string()
    .nullable()
    .describe("Why an administrator decided alone (break-glass); null: the policy was satisfied"),
});

export const voteShape = z.object({
  actor: actorShape,
  class: z.enum(voteClasses).describe("A person in the page, a person in a chat, or a bot"),
  verdict: z.enum(verdicts),
  comment: z.string().nullable(),
  form: z.unknown().describe("The policy's form as it was filled in; null: none"),
  breakGlassReason: z
    .string()
    .nullable()
    .describe("Why an administrator decided alone; null: an ordinary vote"),
  at: instant,
  replaced: z.boolean().describe("The same actor voted again later: this vote is history and counts no more"),
  noLongerCounts: z
    .string()
    .nullable()
    .describe(
      "While pending: why the voter could not give this vote now, so that it does not count; null: it counts",
    ),
});

/** One check of the commit: a build, a test run, a scan. */
export const checkShape = z.object({
  name: z.string(),
  state: z.enum(["pending", "success", "failure"]),
  description: z.string().nullable(),
  url: z.string().nullable(),
});

/** What an inbox shows of one approval. */
export const approvalSummaryShape = z.object({
  id: z.string(),
  url: z.string().describe("The page of this approval"),
  status: z.enum(approvalStatuses),
  lapsedReason: z.enum(lapsedReasons).nullable(),
  title: z.string(),
  repository: z.string().nullable(),
  commit: z.string().nullable(),
  ref: z.string().nullable(),
  requestedBy: z.string().nullable(),
  activityArn: z.string(),
  executionArn: z.string().nullable(),
  executionName: z.string().nullable(),
  stateMachineArn: z.string().nullable(),
  state: z.string().nullable().describe("The name of the state that waits"),
  attempt: z
    .number()
    .int()
    .describe("Which try of the same step this is, from 1: a retry or a redrive of the execution asks anew"),
  newerCommit: z
    .object({ commit: z.string(), url: z.string().nullable() })
    .nullable()
    .describe("A newer push of the same trigger and branch waits (triggers with `supersede: flag`)"),
  progress: z
    .object({ have: z.int(), required: z.int() })
    .nullable()
    .describe("How many of the needed approvals are there; null: nothing is pending"),
  receivedAt: instant,
  deadlineAt: instant.nullable().describe("When Step Functions stops waiting, by the state's TimeoutSeconds"),
  decision: decisionShape.nullable(),
  delivery: z
    .enum(deliveries)
    .nullable()
    .describe("How far the answer to Step Functions is; null while undecided"),
});

/** Everything that a person needs to decide. Never the task token. */
export const approvalDetailShape = approvalSummaryShape.extend({
  version: z.number().int(),
  lapsedAt: instant.nullable(),
  description: z.string().nullable().describe("Markdown"),
  links: z.array(linkShape),
  input: z.unknown().describe("The task's input as JSON"),
  inputText: z
    .string()
    .describe("The task's input, character for character (numbers beyond 2^53 keep their digits here)"),
  timeoutSeconds: z.number().int().nullable(),
  heartbeatSeconds: z.number().int().nullable(),
  lastBeatAt: instant.nullable().describe("When Step Functions last heard from us about this task"),
  retryCount: z.number().int().nullable(),
  redriveCount: z.number().int().nullable(),
  mapIndex: z.number().int().nullable().describe("Which item of a Map state this is for, from 0"),
  previousId: z.string().nullable().describe("The approval of the try before this one"),
  supersededById: z.string().nullable().describe("The approval of the try that took this one's place"),
  executionIsProven: z
    .boolean()
    .describe(
      "The execution's history shows this task; until then only the input says which execution it is",
    ),
  checks: z.array(checkShape).describe("What the forge says of the commit, as its webhooks have told"),
  votes: z.array(voteShape),
  deliveryNote: z.string().nullable().describe("Why a delivery is late or failed, for a person"),
  sentAt: instant.nullable(),
  settledAt: instant.nullable(),
  shown: z
    .string()
    .describe(
      "Digest of what is to be decided upon (input, title, description, links, repository, commit, ref, execution and state, checks of the commit): send it with the decision",
    ),
  may: z
    .object({
      approve: z.boolean(),
      reject: z.boolean(),
      why: z.string().nullable(),
      breakGlass: z
        .boolean()
        .describe("May decide alone at once, with a reason, whatever else the policy says"),
    })
    .describe("What the caller may do now; `why` says why not"),
  policy: policyShape,
  standing: standingShape.nullable().describe("Who is still needed and who can; null: nothing is pending"),
  excluded: z.array(excludedShape).describe("Who may not decide because of what they did"),
});

export const approvalListQueryShape = z.strictObject({
  status: z.enum(approvalStatuses).optional(),
  commit: storableName(64).optional(),
  repository: storableName(255).optional(),
  execution: storableName(256).optional().describe("Execution ARN"),
  activity: storableName(256).optional().describe("Activity ARN"),
  q: storableName(200)
    .optional()
    .describe("Text in title, repository, ref or requester, or the beginning of a commit"),
  cursor: storableName(200).optional().describe("`nextCursor` of the page before"),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

/** One page, newest first. */
export const approvalPageShape = z.object({
  items: z.array(approvalSummaryShape),
  nextCursor: z.string().nullable(),
});

/** How the execution of an approval fares, asked from Step Functions now. */
export const executionShape = z.object({
  arn: z.string(),
  status: z.enum(["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"]),
  startedAt: instant.nullable(),
  stoppedAt: instant.nullable(),
  error: z.string().nullable(),
  cause: z.string().nullable(),
  output: z.unknown().describe("The execution's output as JSON; null while there is none"),
});

export type ApprovalSummary = z.infer<typeof approvalSummaryShape>;
export type ApprovalDetail = z.infer<typeof approvalDetailShape>;
export type ApprovalListQuery = z.infer<typeof approvalListQueryShape>;
export type ApprovalPage = z.infer<typeof approvalPageShape>;
export type ExecutionView = z.infer<typeof executionShape>;
