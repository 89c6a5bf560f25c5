import { z } from "zod";

/** A team as policies, groups and commands name it. One spelling alone, so that no two names differ by their case. */
export const teamNameShape = z.string().regex(/^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/, {
  error:
    "is not a team's name: 1 to 64 small letters, digits, - . and _, with a letter or digit at both ends",
});
