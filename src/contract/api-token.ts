import { z } from "zod";
import { verdicts } from "./approval.ts";
import { storableName } from "./text.ts";
import { tokenScopeShape } from "./token-scope.ts";

/** A secret that was replaced ends a day later, unless somebody chooses otherwise. */
export const defaultOverlapSeconds = 24 * 3600;
export const overlapMaxSeconds = 30 * 24 * 3600;
const expiryMaxSeconds = 10 * 365 * 24 * 3600;
const patternsMax = 50;

const activityPattern = storableName(256).regex(/^[^\s]*$/, { error: "holds white space" });
const repositoryPattern = z
  .string()
  .max(255, { error: "is longer than 255 characters" })
  .regex(/^[A-Za-z0-9._*/-]+$/, { error: "is not like owner/name; * stands for any characters" });

/** As the database keeps them: null is no limit of this kind, and a list is never empty. */
export const botLimitsShape = z.strictObject({
  activityArns: z.array(z.string()).min(1).nullable(),
  repositories: z.array(z.string()).min(1).nullable(),
  verdicts: z.array(z.enum(verdicts)).min(1).nullable(),
});

const patterns = <Pattern extends z.ZodType<string>>(pattern: Pattern) =>
  z
    .array(pattern)
    .min(1, { error: "is empty: leave it out for no limit" })
    .max(patternsMax, { error: `has more than ${patternsMax} patterns` });

/** `POST /api/v1/tokens` */
export const createTokenRequestShape = z
  .strictObject({
    name: storableName(100)
      .refine((name) => name.trim() === name, { error: "begins or ends with white space" })
      .describe("Who uses it: stands in every vote that it makes. No other live token has it"),
    scopes: z.array(tokenScopeShape).min(1, { error: "is empty" }),
    activities: patterns(activityPattern)
      .optional()
      .describe("ARNs or names, `*` for any run of characters: it sees and decides only their approvals"),
    repositories: patterns(repositoryPattern)
      .optional()
      .describe("Like `acme/*`: it sees and decides only approvals of these repositories"),
    verdict: z.enum(verdicts).optional().describe("The only verdict that it may give"),
    expiresInSeconds: z
      .number()
      .int()
      .min(60)
      .max(expiryMaxSeconds)
      .optional()
      .describe("Left out: it does not expire"),
  })
  .superRefine(({ scopes, activities, repositories, verdict }, context) => {
    const fault = (field: string, message: string) =>
      context.addIssue({ code: "custom", path: [field], message });
    if (new Set(scopes).size !== scopes.length) fault("scopes", "names a scope twice");
    if (scopes.includes("admin") && (activities !== undefined || repositories !== undefined))
      fault("scopes", "admin is about the whole installation: it goes without activities and repositories");
    if (verdict !== undefined && !scopes.includes("decide"))
      fault("verdict", "goes with the scope decide only");
  });

/** `POST /api/v1/tokens/{id}/rotate` */
export const rotateTokenRequestShape = z.strictObject({
  overlapSeconds: z
    .number()
    .int()
    .min(0)
    .max(overlapMaxSeconds)
    .default(defaultOverlapSeconds)
    .describe("How long the secrets that it has now stay good"),
});

const actorShape = z.object({ kind: z.enum(["person", "bot", "system"]), id: z.string(), name: z.string() });

export const tokenShape = z.object({
  id: z.uuid(),
  name: z.string(),
  status: z.enum(["live", "expired", "revoked"]),
  scopes: z.array(tokenScopeShape),
  activities: z.array(z.string()).nullable().describe("Null: of all activities"),
  repositories: z.array(z.string()).nullable().describe("Null: of all repositories"),
  verdict: z.enum(verdicts).nullable().describe("Null: it may give either"),
  createdAt: z.iso.datetime(),
  createdBy: actorShape.nullable().describe("Null: made before this was kept"),
  expiresAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
  lastUsedAt: z.iso.datetime().nullable().describe("To the minute"),
  secrets: z
    .array(
      z.object({
        createdAt: z.iso.datetime(),
        endsAt: z.iso.datetime().nullable().describe("Null: with the token"),
        lastUsedAt: z.iso.datetime().nullable(),
        holder: z
          .object({ id: z.string(), name: z.string(), isActive: z.boolean() })
          .nullable()
          .describe(
            "To whom it was shown; while that person is deactivated it is refused. Null: to whoever has the database",
          ),
      }),
    )
    .describe("Those that are good now, the newest first; what they are nobody can read again"),
});

/** `GET /api/v1/tokens` */
export const tokensShape = z.object({ items: z.array(tokenShape) });

/** What creating and rotating answer. */
export const tokenWithSecretShape = z.object({
  token: tokenShape,
  secret: z.string().describe("The bearer token itself. It is shown this once"),
});

export type CreateTokenRequest = z.infer<typeof createTokenRequestShape>;
export type TokenView = z.infer<typeof tokenShape>;
export type Tokens = z.infer<typeof tokensShape>;
export type TokenWithSecret = z.infer<typeof tokenWithSecretShape>;
