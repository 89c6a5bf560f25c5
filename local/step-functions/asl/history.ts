import type { Json } from "./json.ts";

/** An event of an execution's history, numbered as AWS numbers it: ids from 1 in the order of writing. */
export interface HistoryEvent {
  readonly id: number;
  /** The event of the same line of control before this one; 0 for the execution's first event and its first state's. */
  readonly previousEventId: number;
  /** AWS's name, e.g. `ActivityScheduled`. */
  readonly type: string;
  readonly at: number;
  readonly details: Readonly<Record<string, Json>>;
  /** Kept as a value, which states pass on to each other, and written as a text only when it is asked for. */
  readonly input?: Json;
  readonly output?: Json;
}

/** A STANDARD execution ends when its history is full: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html. */
export const historyLimit = 25_000;
