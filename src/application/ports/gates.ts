import type { Visibility } from "../../domain/visibility.ts";

/** A task that Step Functions has scheduled and that no poll has taken: AWS itself never reports one. */
export interface OpenGate {
  /** The id of its ActivityScheduled in the execution's history. */
  eventId: number;
  activityArn: string;
  stateName: string | null;
  scheduledAt: Date;
}

export interface UnclaimedGate extends OpenGate {
  executionArn: string;
  stateMachineArn: string;
}

export interface GateStore {
  /** State machines that any approval was of, as history has proven: an input may claim any number of others. */
  knownMachines(): Promise<string[]>;
  /** What stands open in one execution now, in place of what stood there before. */
  replace(executionArn: string, stateMachineArn: string, gates: readonly OpenGate[], at: Date): Promise<void>;
  /** These executions still run. */
  seen(executionArns: readonly string[], at: Date): Promise<void>;
  /** Of one state machine, or of all (null): executions that were not seen since. */
  forgetUnseen(stateMachineArn: string | null, since: Date): Promise<void>;
  /**
   * Longest waiting first; without those that have become an approval by now. Of no gate is the repository known: whoever is
   * limited to repositories sees none.
   */
  list(limit: number, visibility?: Visibility | null): Promise<UnclaimedGate[]>;
  count(visibility?: Visibility | null): Promise<number>;
}
