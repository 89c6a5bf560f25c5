import type { ActorRef } from "./actor.ts";

export type AuditEventType =
  | "approval.received"
  | "approval.voted"
  | "approval.decided"
  | "approval.lapsed"
  | "answer.settled"
  | "execution.requested"
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
