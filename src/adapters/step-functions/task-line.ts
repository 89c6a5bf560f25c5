import type { HistoryEvent } from "@aws-sdk/client-sfn";
import type { TaskEnding } from "../../application/ports/step-functions.ts";

/** What one execution's history tells of a task that a poll took. */
export interface TaskTrace {
  stateName: string | null;
  stateEnteredAt: Date | null;
  /** Null: outside any Map, or not seen. */
  mapIndex: number | null;
  timeoutSeconds: number | null;
  heartbeatSeconds: number | null;
  retryCount: number;
  redriveCount: number | null;
  /** Which try of this one entry of the state it is, from 1; a retry and a redrive count alike. */
  attempt: number;
  /** Who took the tries before it, the nearest first. All of them have ended: one try begins after the one before it. */
  earlierWorkerNames: string[];
  ending: TaskEnding;
}

export type Events = ReadonlyMap<number, HistoryEvent>;

/**
 * Follows a task from its ActivityStarted back to the TaskStateEntered of its state. Each event names the one before it in the same
 * line of control, so the tries of two branches or of two items of a Map never mix. Null: events are missing, read on.
 */
export function traceOf(started: HistoryEvent, events: Events): TaskTrace | null {
  const line = lineOf(started, events);
  if (line === null) return null;
  const scheduled = line.filter((event) => event.activityScheduledEventDetails !== undefined);
  const redrivenAt = line.findIndex((event) => event.type === "ExecutionRedriven");
  const sinceRedrive = redrivenAt < 0 ? line : line.slice(0, redrivenAt);
  const entered = line.at(-1)?.type === "TaskStateEntered" ? line.at(-1) : undefined;
  const details = scheduled[0]?.activityScheduledEventDetails;
  return {
    stateName: entered?.stateEnteredEventDetails?.name ?? null,
    stateEnteredAt: entered?.timestamp ?? null,
    mapIndex: entered === undefined ? null : mapIndexOf(entered, events),
    timeoutSeconds: declared(details?.timeoutInSeconds),
    heartbeatSeconds: declared(details?.heartbeatInSeconds),
    retryCount: sinceRedrive.filter((event) => event.activityScheduledEventDetails !== undefined).length - 1,
    redriveCount: line[redrivenAt]?.executionRedrivenEventDetails?.redriveCount ?? null,
    attempt: scheduled.length,
    earlierWorkerNames: line.slice(1).flatMap((event) => event.activityStartedEventDetails?.workerName ?? []),
    ending: endingOf(started, events),
  };
}

/** From ActivityStarted to TaskStateEntered, newest first. It ends early where a redrive leaves open which state goes on. */
function lineOf(started: HistoryEvent, events: Events): HistoryEvent[] | null {
  const line: HistoryEvent[] = [];
  for (let event: HistoryEvent | undefined = started; event !== undefined;) {
    line.push(event);
    if (event.type === "TaskStateEntered") return line;
    if (event.type === "ExecutionRedriven") {
      if (!events.has(1)) return null;
      event = interruptedTask(event, line, events);
      if (event === undefined) return line;
    } else {
      const before = event.previousEventId ?? 0;
      if (before !== 0 && !events.has(before)) return null;
      event = events.get(before);
    }
  }
  return line;
}

/**
 * A redrive goes on where the execution had stopped, in each branch at once, and its event names only the last event of all. So: the
 * one task of this activity that was neither done nor caught before. Undefined: none, or several that nothing tells apart.
 */
function interruptedTask(
  redriven: HistoryEvent,
  line: readonly HistoryEvent[],
  events: Events,
): HistoryEvent | undefined {
  const resource = line.find((event) => event.activityScheduledEventDetails !== undefined)
    ?.activityScheduledEventDetails?.resource;
  const open = new Map<number, HistoryEvent>();
  for (const event of inOrder(events, redriven.id ?? 0)) {
    const isTry = event.activityScheduledEventDetails?.resource === resource && resource !== undefined;
    const isEnd = event.type === "ActivitySucceeded" || event.type === "TaskStateExited";
    if (!isTry && !isEnd && event.type !== "ActivityStarted") continue;
    const entry = entryOf(event, events);
    if (entry === null) continue;
    if (isEnd) open.delete(entry);
    else if (isTry || open.has(entry)) open.set(entry, event);
  }
  return open.size === 1 ? [...open.values()][0] : undefined;
}

function inOrder(events: Events, beforeId: number): HistoryEvent[] {
  return [...events.values()]
    .filter(({ id = 0 }) => id < beforeId)
    .sort((one, other) => (one.id ?? 0) - (other.id ?? 0));
}

/** The id of the TaskStateEntered that an event of a task belongs to. */
function entryOf(event: HistoryEvent, events: Events): number | null {
  for (
    let each: HistoryEvent | undefined = event;
    each !== undefined;
    each = events.get(each.previousEventId ?? 0)
  )
    if (each.type === "TaskStateEntered") return each.id ?? null;
  return null;
}

/** The item of the innermost Map around a state; the items of a Map that was over before the state began do not count. */
function mapIndexOf(entered: HistoryEvent, events: Events): number | null {
  let closed = 0;
  for (
    let event = events.get(entered.previousEventId ?? 0);
    event !== undefined;
    event = events.get(event.previousEventId ?? 0)
  ) {
    const { type = "" } = event;
    if (/^(Map|Parallel)StateExited$/.test(type)) closed += 1;
    else if (/^(Map|Parallel)StateEntered$/.test(type)) closed = Math.max(0, closed - 1);
    else if (type === "MapIterationStarted" && closed === 0)
      return event.mapIterationStartedEventDetails?.index ?? null;
  }
  return null;
}

/** A value that the API reports although the state declares none is the default of 99,999,999 s: as good as none. */
function declared(seconds: number | undefined): number | null {
  return seconds === undefined || seconds === 0 || seconds >= 99_999_999 ? null : seconds;
}

function endingOf(started: HistoryEvent, events: Events): TaskEnding {
  let last: HistoryEvent | undefined;
  for (const event of events.values()) {
    if ((event.id ?? 0) > (last?.id ?? 0)) last = event;
    if (event.previousEventId !== started.id) continue;
    const { activitySucceededEventDetails: succeeded, activityFailedEventDetails: failed } = event;
    if (succeeded !== undefined) return { kind: "succeeded", output: succeeded.output ?? "" };
    if (failed !== undefined)
      return { kind: "failed", error: failed.error ?? null, cause: failed.cause ?? null };
    if (event.type === "ActivityTimedOut") return { kind: "timed_out" };
  }
  return last !== undefined && /^Execution(Succeeded|Failed|Aborted|TimedOut)$/.test(last.type ?? "")
    ? { kind: "stopped" }
    : { kind: "open" };
}
