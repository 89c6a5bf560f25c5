import { z } from "zod";
import { actorShape } from "./approval.ts";
import { storableName } from "./text.ts";

export const auditTypeMaxCharacters = 64;
export const auditTextMaxCharacters = 200;

export const auditQueryShape = z.strictObject({
  approval: z
    .uuid()
    .optional()
    .describe("Of this approval only; whoever is no administrator has to name one"),
  actor: storableName(auditTextMaxCharacters).optional().describe("An actor's id or name, whole"),
  type: storableName(auditTypeMaxCharacters).optional().describe("Like `approval.decided`"),
  q: storableName(auditTextMaxCharacters).optional().describe("Text anywhere in stream, actor or detail"),
  from: z.iso.datetime().optional().describe("Included"),
  to: z.iso.datetime().optional().describe("Not included"),
  cursor: storableName(1000).optional().describe("`nextCursor` of the page before"),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

export const auditEventShape = z.object({
  stream: z.string().describe("The chain that it belongs to; an approval's is its id"),
  seq: z.int().describe("1 for the first event of its stream"),
  at: z.string().describe("An instant, ISO 8601 in UTC"),
  type: z.string(),
  approvalId: z.string().nullable(),
  actor: actorShape,
  detail: z.record(z.string(), z.unknown()),
  hash: z.string().describe("SHA-256 in hex, over the canonical JSON of the event and the hash before it"),
});

/** One page, newest first. */
export const auditPageShape = z.object({
  items: z.array(auditEventShape),
  nextCursor: z.string().nullable(),
});

export type AuditQuery = z.infer<typeof auditQueryShape>;
export type AuditEventView = z.infer<typeof auditEventShape>;
export type AuditPage = z.infer<typeof auditPageShape>;
