import type { ChainedEvent } from "../../domain/audit-chain.ts";
import type { Visibility } from "../../domain/visibility.ts";
import type { ShownDecision } from "../../domain/shown-decision.ts";
import type { Checkpoint } from "../../domain/audit-checkpoint.ts";

/** The trail as it is stored, for whoever proves, seals, searches or exports it. Use cases write it in the transaction of what they tell of. */
export interface AuditTrail {
  /** Every event, in batches, by stream and within it by number. Those that come in meanwhile may be left out. */
  all(): AsyncIterable<readonly ChainedEvent[]>;
  /** Checkpoints after number `after`, in their order. */
  checkpoints(after: number): AsyncIterable<Checkpoint>;
  /** Which of these streams wait for the next checkpoint. */
  unsealedOf(streams: readonly string[]): Promise<Set<string>>;
  /** The hash of one event; null: there is none. */
  hashOf(stream: string, seq: number): Promise<string | null>;
  /**
   * Makes the next checkpoint, of up to `limit` changes of streams that no checkpoint has seen. `null`: there are none. One process at a
   * time; the signature is part of its transaction.
   */
  seal(
    at: Date,
    limit: number,
    sign: (checkpoint: Omit<Checkpoint, "signature">) => Promise<string>,
  ): Promise<Omit<Checkpoint, "signature"> | null>;
  /** Events of an interval (from included, to not; null: no bound), in batches, in order of time, stream and number. */
  between(from: Date | null, to: Date | null): AsyncIterable<readonly ChainedEvent[]>;
  /** Events that match, newest first. */
  search(filter: AuditFilter, after: AuditKey | null, limit: number): Promise<ChainedEvent[]>;
  /** Every decision in the trail with what became of its answer, in batches. */
  decisions(): AsyncIterable<readonly ToldDecision[]>;
  /** Every approval that is kept: what is shown of its votes and decision, and what the trail tells of them, in batches. */
  shown(): AsyncIterable<readonly ShownDecision[]>;
  /** What our own tables know and the trail does not: approvals and decisions without their event, up to `limit`. */
  untold(limit: number): Promise<{ approvalId: string; what: string }[]>;
}

/** A decision as the trail tells it; where the approval is still there, it says where its task was handed out. */
export interface ToldDecision {
  stream: string;
  seq: number;
  decisionId: string;
  verdict: string;
  /** The error of an answer that is a failure; null: it is a success, or the event is from before this was told. */
  error: string | null;
  /** Null: not settled (yet). */
  delivery: string | null;
  /** As the trail tells; where it does not, as the approval does. */
  executionArn: string | null;
  activityArn: string | null;
  workerName: string | null;
  /** What the receipt has to say, too: members that the event tells. */
  receipt: Readonly<Record<string, unknown>>;
  /** When the trail says that the task had arrived. */
  arrivedAt: Date;
}

export interface AuditFilter {
  approvalId?: string | undefined;
  /** An actor's id or name, whole. */
  actor?: string | undefined;
  type?: string | undefined;
  /** Anywhere in actor or detail, whatever the case. */
  text?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  /** Only what is told of approvals that this lets through; left out or null: all. */
  visibility?: Visibility | null | undefined;
}

/** Where a page begins: after this event, going back in time. */
export type AuditKey = Pick<ChainedEvent, "at" | "stream" | "seq">;
