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

export type Holder = Pick<PersonCaller, "id" | "name" | "email" | "role" | "identities"> & {
  isActive: boolean;
};

/** An authenticated caller, with what it is allowed in general. */
export type Caller = PersonCaller | BotCaller;

export const noLimits: BotLimits = { activityArns: null, repositories: null, verdicts: null };

export const countersignItself: ActorRef = { kind: "system", id: "countersign", name: "Countersign" };

/** Why a bot may not do what a scope is for; null: it may. It may no more than whoever was shown its secret may do now. */
export function scopeRefusal({ scopes, holder }: BotCaller, scope: Scope): string | null {
  if (!scopes.includes(scope))
    return `This token lacks the scope ${scope}. Make one with \`countersign token create --scope ${scope}\`.`;
  if (holder == null || (holder.isActive && mayHold(holder.role, scope))) return null;
  return `${holder.name}, to whom the secret of this token was shown, may not use the scope ${scope} any more: an administrator can rotate the token to hand it over.`;
}

function mayHold(role: Role, scope: Scope): boolean {
  return scope === "read" || role === "administrator" || (scope === "decide" && role === "reviewer");
}

/** A caller as votes, decisions and the audit trail name it. */
export function refOf(caller: Caller): ActorRef {
  return { kind: caller.kind, id: caller.id, name: caller.name };
}
