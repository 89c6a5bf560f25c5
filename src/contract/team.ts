import { z } from "zod";

/** A team as policies, groups and commands name it. One spelling alone, so that no two names differ by their case. */
export const teamNameShape = z.string().regex(/^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/, {
  error:
    "is not a team's name: 1 to 64 small letters, digits, - . and _, with a letter or digit at both ends",
});

export const teamShape = z.object({
  name: z.string(),
  members: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      email: z.string(),
      role: z.enum(["viewer", "reviewer", "administrator"]),
      isActive: z.boolean(),
      fromGroup: z.boolean().describe("Comes and goes with a group of the identity provider"),
    }),
  ),
});

/** `GET /api/v1/teams` */
export const teamListShape = z.object({ items: z.array(teamShape) });

/** `POST /api/v1/teams` */
export const createTeamRequestShape = z.strictObject({ name: teamNameShape });

export type TeamView = z.infer<typeof teamShape>;
