import type { Identities, Role } from "../../domain/actor.ts";
import type { AuditEvent } from "../../domain/audit-event.ts";

/** A person as administrators know them. */
export interface PersonRecord {
  id: string;
  name: string;
  /** In lower case. */
  email: string;
  role: Role;
  isActive: boolean;
  /** A one-time password waits for its use, or was used and no other was chosen yet. */
  passwordIsOneTime: boolean;
  /** `password`, and the ids of identity providers. */
  signsInWith: readonly string[];
  teams: readonly string[];
  /** Beyond the address of signing in, which counts among a person's own always. */
  identities: Identities;
  createdAt: Date;
  lastSignedInAt: Date | null;
}

export interface TeamRecord {
  id: string;
  name: string;
  members: readonly {
    id: string;
    name: string;
    email: string;
    role: Role;
    isActive: boolean;
    /** A group of the identity provider put them here. */
    fromGroup: boolean;
  }[];
}

export interface SessionRecord {
  id: string;
  person: { id: string; name: string; email: string };
  address: string | null;
  /** What the browser calls itself. */
  userAgent: string | null;
  openedAt: Date;
  /** To about five minutes. */
  lastUsedAt: Date;
  expiresAt: Date;
}

export interface NewPerson {
  id: string;
  name: string;
  email: string;
  role: Role;
  /** Null: signs in by an identity provider alone. */
  passwordHash: string | null;
  at: Date;
}

/** People, teams and sessions as they are stored. No token and no password leaves it. */
export interface PeopleStore {
  list(): Promise<PersonRecord[]>;
  /** By id or e-mail address. */
  find(idOrEmail: string): Promise<PersonRecord | null>;
  teams(): Promise<TeamRecord[]>;
  /** Open ones, of one person or (null) of everybody, those used last first. */
  sessions(personId: string | null): Promise<SessionRecord[]>;
  /** The hash of a person's password; null: there is none. */
  passwordHash(personId: string): Promise<string | null>;
  /**
   * Runs `work` in one transaction; nobody else changes people meanwhile, so what `work` reads holds until its end. Whatever it throws
   * undoes everything.
   */
  change<T>(work: (people: PeopleChanges) => Promise<T>): Promise<T>;
}

export interface PeopleChanges {
  find(idOrEmail: string): Promise<PersonRecord | null>;
  /** Those first who were made first. */
  administrators(): Promise<PersonRecord[]>;
  /** Administrators who may sign in. */
  countAdministrators(): Promise<number>;
  add(person: NewPerson): Promise<void>;
  setRole(personId: string, role: Role): Promise<void>;
  setActive(personId: string, deactivatedAt: Date | null): Promise<void>;
  setPassword(personId: string, hash: string, isOneTime: boolean): Promise<void>;
  /** Takes a password away that was one-time; whoever has chosen one keeps it. */
  dropOneTimePassword(personId: string): Promise<void>;
  /** Ends them at once; returns their ids. */
  endSessions(personId: string, except: string | null): Promise<string[]>;
  /** Returns whose it was; null: there is none such. */
  endSession(sessionId: string): Promise<string | null>;
  /** Whose this is, as the address of signing in or as an identity; null: nobody's. */
  ownerOf(kind: "email" | "login", value: string): Promise<string | null>;
  setIdentities(personId: string, identities: Identities): Promise<void>;
  findTeam(name: string): Promise<{ id: string; name: string } | null>;
  addTeam(team: { id: string; name: string; at: Date }): Promise<void>;
  removeTeam(id: string): Promise<void>;
  /** False: the person is in it already. Whom an administrator adds stays, whatever groups say later. */
  addMember(teamId: string, personId: string, fromGroup: boolean): Promise<boolean>;
  /** False: the person was no member. */
  removeMember(teamId: string, personId: string): Promise<boolean>;
  /** Teams that a group of the identity provider put the person into. */
  teamsFromGroups(personId: string): Promise<{ id: string; name: string }[]>;
  record(events: readonly AuditEvent[]): Promise<void>;
}
