import { z } from "zod";
import { actorShape, verdicts } from "./approval.ts";

/** A JWK set (RFC 7517) of Ed25519 keys; a reader takes what it knows and leaves the rest. */
export const keySetShape = z.object({
  keys: z.array(
    z.object({
      kty: z.literal("OKP"),
      crv: z.literal("Ed25519"),
      x: z.string().regex(/^[A-Za-z0-9_-]{43}$/, { error: "is not the x of an Ed25519 key" }),
      kid: z.string(),
      alg: z.literal("EdDSA"),
      use: z.literal("sig"),
    }),
  ),
});
export type KeySet = z.infer<typeof keySetShape>;

/** The claims of a receipt. */
export const receiptClaimsShape = z.object({
  iss: z.string(),
  iat: z.int(),
  decisionId: z.string(),
  approvalId: z.string(),
  verdict: z.enum(verdicts),
  decidedAt: z.iso.datetime(),
  voters: z.array(actorShape),
  policyDigest: z.string().nullable(),
  // Left out by receipts from before it was told.
  breakGlass: z.boolean().default(false),
  repository: z.string().nullable(),
  commit: z.string().nullable(),
  activityArn: z.string(),
  executionArn: z.string().nullable(),
  state: z.string().nullable(),
});
export type ReceiptClaims = z.infer<typeof receiptClaimsShape>;

export const receiptShape = z.object({
  receipt: z.string().describe("Compact JWS, EdDSA, `typ` countersign-receipt+jwt"),
});
export type Receipt = z.infer<typeof receiptShape>;
