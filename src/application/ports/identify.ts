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
}

export interface IdentifyStore {
  /** Approvals whose history look-up is due. */
  dueForIdentify(now: Date, limit: number): Promise<string[]>;
  /**
   * Keeps others away until `leaseUntil`. Returns how many looks found nothing so far; null: nothing is to be looked up (any more), or
   * somebody else looks.
   */
  claim(id: string, now: Date, leaseUntil: Date): Promise<number | null>;
  /** Stores what history told. */
  identified(
    id: string,
    facts: TaskFacts,
    clocks: { timeoutSeconds: number | null; heartbeatSeconds: number | null; nextBeatAt: Date },
    now: Date,
  ): Promise<void>;
  /** `assumedHeartbeatSeconds` is kept until history tells, where the input told none. */
  postpone(id: string, until: Date, counts: boolean, assumedHeartbeatSeconds: number | null): Promise<void>;
}
