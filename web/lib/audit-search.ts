export interface AuditSearch {
  q?: string;
  type?: string;
}

/** The contract's limits for `q` and `type`. */
export const auditTextMaxCharacters = 200;
const typeMaxCharacters = 64;

/** Whatever stands in the address becomes something that the page can ask for. */
export function auditSearch(search: Record<string, unknown>): AuditSearch {
  const text = (name: string, max: number) => {
    const value = search[name];
    return typeof value === "string" ? value.slice(0, max) : "";
  };
  const q = text("q", auditTextMaxCharacters);
  const type = text("type", typeMaxCharacters);
  return { ...(q === "" ? {} : { q }), ...(type === "" ? {} : { type }) };
}

/** What may be chosen; an address may name any other. */
export const auditTypes = [
  "approval.received",
  "approval.voted",
  "approval.decided",
  "approval.policy_changed",
  "approval.escalated",
  "approval.broke_glass",
  "approval.lapsed",
  "approval.flagged",
  "answer.settled",
  "execution.requested",
  "person.created",
  "person.role_changed",
  "person.activated",
  "person.deactivated",
  "person.identities_changed",
  "person.password_changed",
  "person.password_reset",
  "person.provider_linked",
  "person.signed_in",
  "person.signed_out",
  "person.sign_in_failed",
  "person.sign_in_refused",
  "session.revoked",
  "team.created",
  "team.deleted",
  "team.member_added",
  "team.member_removed",
  "token.created",
  "token.rotated",
  "token.revoked",
];
