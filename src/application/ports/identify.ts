import type { Approval } from "../../domain/approval.ts";
import type { Origin } from "./intake.ts";
import type { AuditEvent } from "../../domain/audit-event.ts";
import type { ChangedPolicy } from "./policy-change.ts";

/** What history told about a task. */
export interface TaskFacts {
  executionArn: string;
  executionName: string;
  stateMachineArn: string;
  stateName: string | null;
  stateEnteredAt: Date | null;
  /** Null: the state declares none. */
  timeoutSeconds: number | null;
  heartbeatSeconds: number | null;
  /** The item of the innermost Map around the state; null: there is none, or it was not seen. */
  mapIndex: number | null;
  retryCount: number;
  redriveCount: number | null;
  /** Which try of the same step it is, from 1: retries and redrives count alike. */
  attempt: number;
  /** The names of the polls that took the tries before it, the nearest first. All of those tasks have ended. */
  earlierWorkerNames: readonly string[];
}

/** An approval of an earlier try of the same step. */
export interface EarlierTry {
  id: string;
  workerName: string;
  status: Approval["status"];
}

/** What we know of the pushes that started an execution. */
export interface StartRecord {
  repository: string | null;
  origin: Origin | null;
}

/** What the proven execution makes of an approval's policy. */
export interface ProvenPolicy {
  /** Null: both are as they were. */
  changed: ChangedPolicy | null;
  /** From when on it is to be looked at what time alone changes under it; null: as before. */
  dueAt: Date | null;
}

export interface IdentifyStore {
  /** Approvals whose history look-up is due. */
  dueForIdentify(now: Date, limit: number): Promise<string[]>;
  /**
   * Keeps others away until `leaseUntil`. Returns how many looks found nothing so far; null: nothing is to be looked up (any more), or
   * somebody else looks.
   */
  claim(id: string, now: Date, leaseUntil: Date): Promise<number | null>;
  /** Which of these executions have a pending approval that history has proven. */
  pendingIn(executionArns: readonly string[]): Promise<ReadonlySet<string>>;
  /** Approvals of these polls that are not identified yet. */
  unidentified(workerNames: readonly string[]): Promise<string[]>;
  findTries(workerNames: readonly string[]): Promise<EarlierTry[]>;
  /**
   * An earlier try of a step has no longer anything to decide: pending to lapsed, and lapsed for any other reason to `superseded`. False:
   * it is decided, or superseded already.
   */
  supersede(id: string, byId: string, at: Date, events: readonly AuditEvent[]): Promise<boolean>;
  /**
   * Stores what history told, and what `judge` makes of our own record of the start (null: no push of ours started it), which nobody
   * changes meanwhile. An approval that may be superseded owes a look for a newer push from now on. False: nothing is to be stored (any
   * more).
   */
  identified(
    id: string,
    facts: TaskFacts & { previousId: string | null; mayBeSuperseded: boolean },
    clocks: { timeoutSeconds: number | null; heartbeatSeconds: number | null; nextBeatAt: Date },
    judge: (record: StartRecord | null) => ProvenPolicy,
    now: Date,
  ): Promise<boolean>;
  /** `assumedHeartbeatSeconds` is kept until history tells, where the input told none. */
  postpone(id: string, until: Date, counts: boolean, assumedHeartbeatSeconds: number | null): Promise<void>;
}
