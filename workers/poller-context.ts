import type { ActivitySettings, Deps } from "../src/application/deps.ts";
import type { PollTrouble } from "./poll-trouble.ts";

/**
 * idle → polling → (storing →) polling … → stopping → stopped. `storing` holds a token that has no row yet: a poller leaves it only
 * with the row committed or the task handed back. `stopping` waits for the poll under way: aborting it could lose a token.
 */
export type PollerState = "idle" | "polling" | "storing" | "stopping" | "stopped";

export type PollerDeps = Pick<
  Deps,
  | "taskSource"
  | "approvals"
  | "policies"
  | "chaining"
  | "forms"
  | "triggeredMachines"
  | "bell"
  | "clock"
  | "entropy"
  | "log"
  | "meter"
>;

/** What a poller asks of its pool and tells it. */
export interface PollerContext {
  activity: ActivitySettings;
  /** Aborted when the pool stops. */
  signal: AbortSignal;
  /** Aborted a little later, when a token without a row has to be handed back at once. */
  lastCall: AbortSignal;
  /** Aborted when the process ends: what is under way is lost. */
  hardStop: AbortSignal;
  onState(state: PollerState): void;
  /** Resolves once the store takes tasks again: while one token waits for its row, nobody of this process polls for more. */
  storeReady(): Promise<void>;
  onStoreTrouble(inTrouble: boolean): void;
  /** A token was neither stored nor handed back before the process ended. */
  onLost(): void;
  trouble: PollTrouble;
  /** True: this poller is one too many now. */
  mayLeave(outcome: PollOutcome): boolean;
}

/** `stay`: how many of the pollers the failure leaves. */
export type PollOutcome =
  { kind: "task" | "empty"; afterMs: number } | { kind: "failed"; stay: "all" | "min" | "one" };
