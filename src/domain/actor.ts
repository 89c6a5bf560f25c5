/** Who does something: a person in the page, a bot with a bearer token, or Countersign itself. */
export interface ActorRef {
  kind: "person" | "bot" | "system";
  id: string;
  name: string;
}

export type Role = "viewer" | "reviewer" | "administrator";
export type Scope = "read" | "decide";

/** An authenticated caller, with what it is allowed in general. */
export type Caller =
  | { kind: "person"; id: string; name: string; email: string; role: Role; passwordIsOneTime: boolean }
  | { kind: "bot"; id: string; name: string; scopes: readonly Scope[] };

export const countersignItself: ActorRef = { kind: "system", id: "countersign", name: "Countersign" };

/** A caller as votes, decisions and the audit trail name it. */
export function refOf(caller: Caller): ActorRef {
  return { kind: caller.kind, id: caller.id, name: caller.name };
}
