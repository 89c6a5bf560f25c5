import type { Identities, Role } from "../../domain/actor.ts";

/** A person as policies need to know them. */
export interface DirectoryPerson {
  id: string;
  name: string;
  role: Role;
  /** Names of teams. */
  teams: readonly string[];
  identities: Identities;
}

/** Who there is, for whoever asks who could decide. People who may not sign in are left out. */
export interface PeopleDirectory {
  /** Members of each of these teams, by its name; a team that does not exist has none. */
  membersOf(teams: readonly string[]): Promise<ReadonlyMap<string, readonly DirectoryPerson[]>>;
  /** Everybody whose role allows to decide: reviewers and administrators. */
  reviewers(): Promise<readonly DirectoryPerson[]>;
}
