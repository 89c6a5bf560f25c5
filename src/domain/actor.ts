/** Who does something: a person in the page, a bot with a bearer token, or Countersign itself. */
export interface ActorRef {
  kind: "person" | "bot" | "system";
  id: string;
  name: string;
}

export type Role = "viewer" | "reviewer" | "administrator";
export type Scope = "read" | "decide" | "admin";

/** How commits, pushes and forges know a person. Compare in lower case. */
export interface Identities {
  emails: readonly string[];
  /** Names of accounts at forges. */
  logins: readonly string[];
}

/** What a bot's token is limited to; null: no limit of this kind. */
export interface BotLimits {
  activityArns: readonly string[] | null;
  repositories: readonly string[] | null;
  verdicts: readonly ("approve" | "reject")[] | null;
}

export interface PersonCaller {
  kind: "person";
  id: string;
  name: string;
  email: string;
  role: Role;
  passwordIsOneTime: boolean;
  /** Names of the teams that the person is in. */
  teams: readonly string[];
  identities: Identities;
}

export interface BotCaller {
  kind: "bot";
  id: string;
  name: string;
  scopes: readonly Scope[];
  limits: BotLimits;
  /** To whom the secret was shown with which the bot came: whoever knows it can speak as the bot. Null: to whoever has the database. */
  holder?: Holder | null;
}

export type Holder = Pick<PersonCaller, "id" | "name" | "email" | "identities">;

/** An authenticated caller, with what it is allowed in general. */
export type Caller = PersonCaller | BotCaller;

export const noLimits: BotLimits = { activityArns: null, repositories: null, verdicts: null };

export const countersignItself: ActorRef = { kind: "system", id: "countersign", name: "Countersign" };

/** A caller as votes, decisions and the audit trail name it. */
export function refOf(caller: Caller): ActorRef {
  return { kind: caller.kind, id: caller.id, name: caller.name };
}
