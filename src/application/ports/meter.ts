import type { Delivery } from "../../domain/approval.ts";
import type { PollFailed } from "./step-functions.ts";

/** Counts what the fleet does, for whoever runs it. No method throws, and none decides anything. */
export interface Meter {
  /** A long poll ended: with a task, with nothing, or failed in this way. */
  pollEnded(activityArn: string, outcome: "task" | "empty" | PollFailed["kind"]): void;
  /** One transaction committed the rows of so many tokens; `heldMs`: how long the oldest of them had waited for it. */
  tokensStored(count: number, heldMs: number): void;
  /** A task went back to Step Functions unstored, or (`lost`) not even that: its state waits until it times out. */
  tokenNotStored(end: "given_back" | "lost"): void;
  /** `slackSeconds`: what was left of HeartbeatSeconds when the beat was sent; null: the state declares none. */
  beatSent(outcome: "alive" | "closed" | "failed", slackSeconds: number | null): void;
  /** So many approvals cannot all be kept alive within the fleet's budget of calls. */
  beatsAtRisk(count: number): void;
  /** `latencyMs`: from the decision to its settled answer. */
  answerSettled(delivery: Delivery, latencyMs: number): void;
  answerPostponed(): void;
  /** One call of Step Functions, by the name of its API operation. */
  called(operation: string, outcome: "ok" | "closed" | "throttled" | "failed"): void;
  /** One round of the reconciler: how long since the round before it ended; null: another process leads now. */
  reconciled(lagMs: number | null): void;
}

/** For processes that nobody measures. */
export const silentMeter: Meter = {
  pollEnded: () => undefined,
  tokensStored: () => undefined,
  tokenNotStored: () => undefined,
  beatSent: () => undefined,
  beatsAtRisk: () => undefined,
  answerSettled: () => undefined,
  answerPostponed: () => undefined,
  called: () => undefined,
  reconciled: () => undefined,
};
