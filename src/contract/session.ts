import { z } from "zod";
import { roles } from "./person.ts";

export { roles } from "./person.ts";

/** `GET /api/v1/me`: who the caller is. */
export const meShape = z.object({
  kind: z.enum(["person", "bot"]),
  id: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  role: z.enum(roles).nullable().describe("Null for bots"),
  scopes: z.array(z.string()).nullable().describe("Null for people"),
  teams: z.array(z.string()).nullable().describe("Null for bots"),
  identities: z
    .object({ emails: z.array(z.string()), logins: z.array(z.string()) })
    .nullable()
    .describe("How commits and forges know the person; null for bots"),
  hasPassword: z
    .boolean()
    .describe("False for bots, and for people who sign in by an identity provider alone"),
  mustChoosePassword: z
    .boolean()
    .describe("The person signed in with a one-time password, which is used up now"),
});

/** `POST /api/v1/me/password`: of one's own account. */
export const changePasswordRequestShape = z.strictObject({
  newPassword: z
    .string()
    .min(12, { error: "is shorter than 12 characters" })
    .max(128, { error: "is longer than 128 characters" }),
  currentPassword: z
    .string()
    .max(128, { error: "is longer than 128 characters" })
    .optional()
    .describe("Left out after signing in with a one-time password, which is used up"),
});

/** `GET /api/v1/sign-in`: how people may sign in. */
export const signInMethodsShape = z.object({
  password: z.boolean(),
  providers: z.array(z.object({ id: z.string(), label: z.string() })),
});

/** `POST /api/auth/sign-in/social`: `to` is the page to come back to. */
export const providerSignInShape = z.strictObject({
  provider: z.string().max(64),
  to: z
    .string()
    .max(2000)
    .regex(/^\/(?![/\\])[^\s\\]*$/, { error: "is not a path of ours" })
    .optional(),
});

export const sessionShape = z.object({
  id: z.string().describe("Of the session; not what opens it, which is never told"),
  isCurrent: z.boolean().describe("The one in which this was asked"),
  person: z.object({ id: z.string(), name: z.string(), email: z.string() }),
  address: z.string().nullable(),
  userAgent: z.string().nullable(),
  openedAt: z.string(),
  lastUsedAt: z.string().describe("To about five minutes"),
  expiresAt: z.string(),
});

/** `GET /api/v1/sessions` */
export const sessionQueryShape = z.strictObject({
  person: z
    .string()
    .max(100)
    .default("me")
    .describe("`me`; an administrator may give a person's id, or `all`"),
});
export const sessionListShape = z.object({ items: z.array(sessionShape) });

export type SignInMethods = z.infer<typeof signInMethodsShape>;
export type SessionView = z.infer<typeof sessionShape>;
export type Me = z.infer<typeof meShape>;
