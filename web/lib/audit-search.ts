import type { AuditQuery } from "../../src/contract/audit.ts";

export interface AuditSearch {
  q?: string;
  type?: string;
  /** An id or a name, whole. */
  actor?: string;
  /** Days in UTC, as the audit trail tells times; both included. */
  from?: string;
  to?: string;
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
  const actor = text("actor", auditTextMaxCharacters);
  const [from, to] = [dayIn(search["from"]), dayIn(search["to"])];
  const known = { q, type, actor, from, to };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== ""));
}

/** As the API is asked; its `to` is not included. */
export function auditFilter({
  from,
  to,
  ...others
}: AuditSearch): Partial<Pick<AuditQuery, keyof AuditSearch>> {
  return {
    ...others,
    ...(from === undefined ? {} : { from: startOf(from) }),
    ...(to === undefined ? {} : { to: startOf(to, 1) }),
  };
}

const dayMs = 24 * 3600 * 1000;

function startOf(day: string, daysLater = 0): string {
  return new Date(Date.parse(day) + daysLater * dayMs).toISOString();
}

function dayIn(value: unknown): string {
  if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return "";
  // No day after the last year that ISO 8601 writes with four digits.
  return Number.isNaN(Date.parse(value)) || value >= "9999-12-31" ? "" : value;
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
