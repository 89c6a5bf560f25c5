import { z } from "zod";
import { teamNameShape } from "./team.ts";
import { storableName } from "./text.ts";

export const roles = ["viewer", "reviewer", "administrator"] as const;
export const roleShape = z.enum(roles, { error: "is none of viewer, reviewer, administrator" });

export const emailShape = z
  .string()
  .trim()
  .max(254, { error: "is longer than 254 characters" })
  .pipe(z.email({ error: "is not an e-mail address" }))
  .transform((email) => email.toLowerCase());

export const personNameMaxCharacters = 100;
/** How forges call an account. */
const loginShape = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_])?$/, {
    error: "is not the name of an account at a forge",
  });

export const identitiesShape = z.strictObject({
  emails: z.array(emailShape).max(50).describe("Beyond the address of signing in, which counts always"),
  logins: z.array(loginShape).max(20).describe("Names of accounts at GitHub and other forges"),
});

export const personShape = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(roles),
  isActive: z.boolean().describe("False: may not sign in"),
  mustChoosePassword: z.boolean().describe("Has a one-time password and no other yet"),
  signsInWith: z.array(z.string()).describe("`password`, and ids of identity providers"),
  teams: z.array(z.string()),
  identities: z.object({ emails: z.array(z.string()), logins: z.array(z.string()) }),
  createdAt: z.string(),
  lastSignedInAt: z.string().nullable(),
});

/** `GET /api/v1/users` */
export const personListShape = z.object({ items: z.array(personShape) });

/** `POST /api/v1/users` */
export const addPersonRequestShape = z.strictObject({
  email: emailShape,
  name: storableName(personNameMaxCharacters).regex(/\S/, { error: "is empty" }),
  role: roleShape.default("viewer"),
  teams: z.array(teamNameShape).max(50).default([]),
  withPassword: z.boolean().default(true).describe("False: signs in by an identity provider alone"),
});

export const addedPersonShape = z.object({
  person: personShape,
  oneTimePassword: z.string().nullable().describe("Told this once; it opens one session"),
});

/** `PATCH /api/v1/users/{id}` */
export const changePersonRequestShape = z
  .strictObject({
    role: roleShape.optional(),
    isActive: z.boolean().optional().describe("False ends every session of the person at once"),
  })
  .refine(({ role, isActive }) => role !== undefined || isActive !== undefined, {
    error: "give role or isActive",
  });

/** `POST /api/v1/users/{id}/password` */
export const oneTimePasswordShape = z.object({ email: z.string(), oneTimePassword: z.string() });

export type PersonView = z.infer<typeof personShape>;
export type IdentitiesView = PersonView["identities"];
export type AddPersonRequest = z.input<typeof addPersonRequestShape>;
export type ChangePersonRequest = z.infer<typeof changePersonRequestShape>;
export type AddedPerson = z.infer<typeof addedPersonShape>;
export type OneTimePassword = z.infer<typeof oneTimePasswordShape>;
