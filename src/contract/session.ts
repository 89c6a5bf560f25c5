import { z } from "zod";

export const roles = ["viewer", "reviewer", "administrator"] as const;

/** `GET /api/v1/me`: who the caller is. */
export const meShape = z.object({
  kind: z.enum(["person", "bot"]),
  id: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  role: z.enum(roles).nullable().describe("Null for bots"),
  scopes: z.array(z.string()).nullable().describe("Null for people"),
  mustChoosePassword: z
    .boolean()
    .describe("The person signed in with a one-time password, which is used up now"),
});

/** `POST /api/v1/me/password`, once, after signing in with a one-time password. */
export const choosePasswordRequestShape = z.strictObject({
  newPassword: z
    .string()
    .min(12, { error: "is shorter than 12 characters" })
    .max(128, { error: "is longer than 128 characters" }),
});

export type Me = z.infer<typeof meShape>;
