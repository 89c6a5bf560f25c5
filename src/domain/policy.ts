import type { Caller } from "./actor.ts";
import type { Approval, Verdict, Vote } from "./approval.ts";

/** What a caller may do with one approval now; `why` says, for a person, why not. */
export interface Permission {
  approve: boolean;
  reject: boolean;
  why: string | null;
}

/**
 * The rules under which votes become a decision. For now one is built in: one reviewer decides. Every path to a decision
 * (page, API, command line) goes through `mayDecide` and `tally`, so this file is where richer policies go.
 */
export function mayDecide(caller: Caller, approval: Approval): Permission {
  const refusal = refusalOf(caller) ?? closedReason(approval);
  return { approve: refusal === null, reject: refusal === null, why: refusal };
}

/** Why this caller may never decide, whatever the approval; null if it may. */
export function refusalOf(caller: Caller): string | null {
  switch (caller.kind) {
    case "person":
      return caller.role === "viewer"
        ? "Your role is viewer: it may read, not decide. Ask an administrator for the role reviewer."
        : null;
    case "bot":
      return caller.scopes.includes("decide")
        ? null
        : "This token lacks the scope decide. Make one with `countersign token create --scope decide`.";
  }
}

function closedReason(approval: Approval): string | null {
  switch (approval.status) {
    case "pending":
      return null;
    case "lapsed":
      return "Step Functions no longer waits for this approval.";
    case "approved":
    case "rejected":
      return `Already ${approval.status}.`;
  }
}

/** The verdict that the votes complete, or null while more are needed. */
export function tally(votes: readonly Vote[]): Verdict | null {
  return votes.at(-1)?.verdict ?? null;
}
