import type { Identities, Role } from "../../domain/actor.ts";
import { Prisma } from "./generated/client.ts";

/** What callers and the directory tell of `"user" as person`, in one query. */
export const personColumns = Prisma.sql`
  person.id, person.name, person.email, person.role,
  array(select team.name from team_member join team on team.id = team_member.team_id
        where team_member.user_id = person.id order by team.name) as teams,
  array(select value from git_identity where user_id = person.id and kind = 'email' order by value) as emails,
  array(select value from git_identity where user_id = person.id and kind = 'login' order by value) as logins`;

export interface PersonRow {
  id: string;
  name: string;
  email: string;
  role: string;
  teams: string[];
  emails: string[];
  logins: string[];
}

/** The address that a person signs in with is one of theirs in commits too. */
export function identitiesOf({ email, emails, logins }: PersonRow): Identities {
  return { emails: [...new Set([email.toLowerCase(), ...emails])], logins };
}

/** What is no role of ours may do least. */
export function roleOf(role: string): Role {
  return role === "administrator" || role === "reviewer" ? role : "viewer";
}
