import { z } from "zod";

/** Every way in which the API can say no. The codes are stable; the texts are for people and may change. */
export const errorCodes = [
  "unauthenticated",
  "not_allowed",
  "not_found",
  "already_decided",
  "ambiguous",
  "conflict",
  "stale",
  "lapsed",
  "too_large",
  "invalid",
  "too_many_requests",
  "internal",
  "unavailable",
] as const;
export type ErrorCode = (typeof errorCodes)[number];

export const fieldErrorShape = z.strictObject({
  field: z.string().describe("Where: `comment`, `links.0.url`, `query.limit`; empty for the whole"),
  message: z.string().describe("What is wrong, and what to do"),
});

/** An RFC 9457 problem. Members beyond the standard's depend on `code`. */
export const problemShape = z.object({
  type: z.string().describe("`urn:countersign:problem:` and the code"),
  title: z.string(),
  status: z.number().int(),
  code: z.enum(errorCodes),
  detail: z.string().describe("What is wrong and what to do, for a person"),
  errors: z.array(fieldErrorShape).optional().describe("With `invalid`: every fault"),
  decision: z.unknown().optional().describe("With `already_decided`: the first decision"),
  lapsedReason: z.string().optional().describe("With `lapsed`"),
  candidates: z.array(z.unknown()).optional().describe("With `ambiguous`: the approvals that match"),
  changed: z
    .array(z.object({ field: z.string(), now: z.string() }))
    .optional()
    .describe("With `stale`: which parts have changed since `shown`, and what they are now, in words"),
  requestId: z.string().optional().describe("With `internal`: what to look for in the log"),
});
export type Problem = z.infer<typeof problemShape>;
export type FieldError = z.infer<typeof fieldErrorShape>;
