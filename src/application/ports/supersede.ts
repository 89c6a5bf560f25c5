import type { AuditEvent } from "../../domain/audit-event.ts";
import type { PushPlace, SupersedeMode } from "../../domain/push-order.ts";
import type { NewerCommit } from "../../domain/retire.ts";

/** A push whose execution has started, and what its trigger says about older ones. */
export interface StartedPush extends PushPlace, NewerCommit {
  mode: Exclude<SupersedeMode, "none">;
}

/**
 * Who waits for a newer commit to be looked for stands in Postgres: a push owes a look at the older approvals from the moment that its
 * execution has started, an approval one at itself from the moment that history has proven its execution.
 */
export interface SupersedeStore {
  /** Marks the pending approvals of other pushes of its trigger and branch for a look, if this start owes that. Returns their ids. */
  markOlder(startId: string, now: Date): Promise<string[]>;
  dueForLook(now: Date, limit: number): Promise<string[]>;
  /**
   * The push that started the approval's execution, and the newest others of its trigger and branch whose executions have started. Null:
   * no look is due (any more), and none is after this for an execution that no trigger started.
   */
  look(approvalId: string): Promise<{ own: PushPlace; others: StartedPush[]; dueAt: Date } | null>;
  /** The look is done, unless another one has fallen due since `dueAt`. */
  looked(approvalId: string, dueAt: Date): Promise<void>;
  /** Keeps the newer commit with the pending approval; false: it is kept already, or nothing is pending. */
  flag(approvalId: string, newer: NewerCommit, events: readonly AuditEvent[]): Promise<boolean>;
}
