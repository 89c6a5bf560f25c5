import type { ActorRef } from "./actor.ts";

export type AuditEventType =
  | "approval.received"
  | "approval.voted"
  | "approval.decided"
  | "approval.policy_changed"
  | "approval.escalated"
  | "approval.broke_glass"
  | "approval.lapsed"
  | "approval.flagged"
  | "answer.settled"
  | "execution.requested"
  | "person.created"
  | "person.role_changed"
  | "person.deactivated"
  | "person.activated"
  | "person.password_reset"
  | "person.password_changed"
  | "person.identities_changed"
  | "person.provider_linked"
  | "person.signed_in"
  | "person.sign_in_failed"
  | "person.sign_in_refused"
  | "person.signed_out"
  | "session.revoked"
  | "team.created"
  | "team.deleted"
  | "team.member_added"
  | "team.member_removed"
  | "token.created"
  | "token.rotated"
  | "token.revoked";

/** One fact that must be provable later. `detail` is plain JSON and never holds a secret. */
export interface AuditEvent {
  type: AuditEventType;
  at: Date;
  approvalId: string | null;
  actor: ActorRef;
  detail: Readonly<Record<string, unknown>>;
  /**
   * For an event of no approval: what it is about, like `token:<id>`. Events of one subject follow one another in one chain, so a
   * subject that all the world writes about would make its writers queue.
   */
  subject?: string;
}
