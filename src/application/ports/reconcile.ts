import type { OpenGate } from "./gates.ts";
import type { Execution } from "./step-functions.ts";

/** What the reconciler keeps in Postgres. An approval is doubtful when something hints that its execution has ended. */
export interface ReconcileStore {
  /** State machines of pending approvals whose execution history has proven. */
  machinesWithPending(): Promise<string[]>;
  /** Pending approvals of one state machine with a proven execution, received before `before`; page by page in order of id. */
  pendingOf(
    stateMachineArn: string,
    before: Date,
    afterId: string | null,
    limit: number,
  ): Promise<PendingRun[]>;
  /** Those that were checked after `checkedBefore` are not doubted again. */
  doubt(ids: readonly string[], at: Date, checkedBefore: Date): Promise<void>;
  /** Doubts the pending approvals of one state machine that were checked longest ago: where nothing lists its executions. */
  doubtOldest(stateMachineArn: string, at: Date, checkedBefore: Date, limit: number): Promise<void>;
  /** The same among these. */
  doubtOldestOf(ids: readonly string[], at: Date, checkedBefore: Date, limit: number): Promise<void>;
  /** Doubts all pending approvals of an execution; returns how many. */
  doubtExecution(executionArn: string, at: Date): Promise<number>;
  /** Doubtful pending approvals, those doubted longest ago first. */
  doubted(limit: number): Promise<string[]>;
  checked(id: string, at: Date): Promise<void>;
}

export interface PendingRun {
  id: string;
  executionArn: string;
}

/** Step Functions as the reconciler asks it: in the background, leaving most of the quota to what people wait for. */
export interface Survey {
  /**
   * One page of a state machine's running executions, newest first; `after` is `next` of the page before. `unlistable`: there is no
   * list of them (no rights, or the state machine is gone). Throws StepFunctionsUnavailable.
   */
  running(
    stateMachineArn: string,
    after: string | null,
  ): Promise<{ kind: "page"; arns: string[]; next: string | null } | { kind: "unlistable"; why: string }>;
  /** Tasks of a running execution that no poll has taken. Throws StepFunctionsUnavailable. */
  openGates(executionArn: string): Promise<OpenGate[]>;
  /** Null: no such execution. Throws StepFunctionsUnavailable. */
  execution(arn: string): Promise<Execution | null>;
}

/** One process of the fleet leads: what only one should do, it does. */
export interface Leadership {
  /** True: this process leads, and its connection has just proven it. Never throws: who cannot ask does not lead. */
  hold(): Promise<boolean>;
}
