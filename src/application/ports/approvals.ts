import type { Answer } from "../../domain/answer.ts";
import type {
  Approval,
  Decision,
  LapsedReason,
  PendingApproval,
  Subject,
  Vote,
} from "../../domain/approval.ts";
import type { AuditEvent } from "../../domain/audit-event.ts";
import type { TaskToken } from "../../domain/task-token.ts";
import type { Visibility } from "../../domain/visibility.ts";

export interface ReceivedTask {
  id: string;
  token: TaskToken;
  workerName: string;
  subject: Subject;
  /** Canonical JSON of the policy under which it is opened, and its SHA-256 in hex. */
  policy: { digest: string; body: string };
  /** When time alone changes something under the policy; null: never. */
  policyDueAt: Date | null;
  receivedAt: Date;
  nextBeatAt: Date;
}

export interface ApprovalFilter {
  status?: Approval["status"] | undefined;
  commit?: string | undefined;
  repository?: string | undefined;
  executionArn?: string | undefined;
  stateName?: string | undefined;
  activityArn?: string | undefined;
  text?: string | undefined;
  /** Only what this lets through; left out or null: all. */
  visibility?: Visibility | null | undefined;
}

/** Where a page begins: after this row, newest first. */
export interface PageKey {
  receivedAt: Date;
  id: string;
}

export interface Idempotency {
  /** Whose key it is: keys of two callers never meet. */
  actor: string;
  key: string;
  /** SHA-256 of what was asked. */
  digest: Uint8Array;
}

/** All that one vote changes, written in one transaction or not at all. */
export interface VoteRecord {
  approval: PendingApproval;
  /** Null: time alone has completed the votes that were there. */
  vote: Vote | null;
  decided: { decision: Decision; answer: Answer; receipt: string } | null;
  /** When time alone changes something next under the policy; null: never. */
  policyDueAt: Date | null;
  idempotency: (Idempotency & { at: Date }) | null;
  events: readonly AuditEvent[];
}

export interface ApprovalStore {
  /** Commits the task with its token; `known` if this token already has a row. */
  add(task: ReceivedTask, events: readonly AuditEvent[]): Promise<"added" | "known">;
  /** Writes an approval and takes it back, to see whether one could be added. Throws StoreUnavailable. */
  probe(): Promise<void>;
  /** Null: there is none, or `visibility` does not let it through; the two cannot be told apart. */
  find(id: string, visibility?: Visibility | null): Promise<Approval | null>;
  list(filter: ApprovalFilter, after: PageKey | null, limit: number): Promise<Approval[]>;
  /** A vote, a decision or both. `conflict`: somebody else changed the approval first (or used the idempotency key), nothing was written. */
  recordVote(record: VoteRecord): Promise<"recorded" | "conflict">;
  /** Pending approvals whose policy changes something by now, by time alone; those due longest first. */
  duePolicies(now: Date, limit: number): Promise<string[]>;
  /** Pending to lapsed, and the token is erased; false if it is not pending any more. */
  lapse(id: string, reason: LapsedReason, at: Date, events: readonly AuditEvent[]): Promise<boolean>;
  /** The receipt of its decision; null: no such approval, not decided, or decided before there were receipts. */
  receiptOf(id: string): Promise<string | null>;
  findIdempotent(actor: string, key: string): Promise<{ digest: Uint8Array; approvalId: string } | null>;
  forgetIdempotencyBefore(instant: Date): Promise<void>;
}
