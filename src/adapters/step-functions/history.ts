import { GetExecutionHistoryCommand, type HistoryEvent, type SFNClient } from "@aws-sdk/client-sfn";
import type { TaskEnding } from "../../application/ports/step-functions.ts";

/** 25,000 events are a standard execution's limit, so 25 pages of 1,000 are always enough. */
const eventsPerPage = 1000;

/** What one execution's history tells of the task that `workerName` took. */
export interface TaskTrace {
  stateName: string | null;
  stateEnteredAt: Date | null;
  timeoutSeconds: number | null;
  heartbeatSeconds: number | null;
  ending: TaskEnding;
}

/**
 * Finds ActivityStarted with our poll's name, the ActivityScheduled before it and the …StateEntered before that, and what closed
 * it. Null: this execution never handed a task to `workerName`.
 */
export async function traceTask(
  client: SFNClient,
  executionArn: string,
  workerName: string,
): Promise<TaskTrace | null> {
  const events = new Map<number, HistoryEvent>();
  let started: HistoryEvent | undefined;
  for await (const event of readHistory(client, executionArn)) {
    if (event.id !== undefined) events.set(event.id, event);
    if (event.activityStartedEventDetails?.workerName === workerName) started = event;
  }
  return started === undefined ? null : traceOf(started, events);
}

async function* readHistory(client: SFNClient, executionArn: string): AsyncGenerator<HistoryEvent> {
  let nextToken: string | undefined;
  do {
    const page = await client.send(
      new GetExecutionHistoryCommand({
        executionArn,
        maxResults: eventsPerPage,
        ...(nextToken === undefined ? {} : { nextToken }),
      }),
    );
    yield* page.events ?? [];
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
}

function traceOf(started: HistoryEvent, events: ReadonlyMap<number, HistoryEvent>): TaskTrace {
  const scheduled = ancestor(started, events, (event) => event.activityScheduledEventDetails !== undefined);
  const entered = ancestor(started, events, (event) => event.type === "TaskStateEntered");
  return {
    stateName: entered?.stateEnteredEventDetails?.name ?? null,
    stateEnteredAt: entered?.timestamp ?? null,
    timeoutSeconds: declared(scheduled?.activityScheduledEventDetails?.timeoutInSeconds),
    heartbeatSeconds: declared(scheduled?.activityScheduledEventDetails?.heartbeatInSeconds),
    ending: endingOf(started, events),
  };
}

function ancestor(
  from: HistoryEvent,
  events: ReadonlyMap<number, HistoryEvent>,
  is: (event: HistoryEvent) => boolean,
): HistoryEvent | undefined {
  for (
    let event = events.get(from.previousEventId ?? 0);
    event !== undefined;
    event = events.get(event.previousEventId ?? 0)
  ) {
    if (is(event)) return event;
  }
  return undefined;
}

/** A value that the API reports although the state declares none is the default of 99,999,999 s: as good as none. */
function declared(seconds: number | undefined): number | null {
  return seconds === undefined || seconds === 0 || seconds >= 99_999_999 ? null : seconds;
}

function endingOf(started: HistoryEvent, events: ReadonlyMap<number, HistoryEvent>): TaskEnding {
  for (const event of events.values()) {
    if (event.previousEventId !== started.id) continue;
    const { activitySucceededEventDetails: succeeded, activityFailedEventDetails: failed } = event;
    if (succeeded !== undefined) return { kind: "succeeded", output: succeeded.output ?? "" };
    if (failed !== undefined)
      return { kind: "failed", error: failed.error ?? null, cause: failed.cause ?? null };
    if (event.type === "ActivityTimedOut") return { kind: "timed_out" };
  }
  const last = [...events.values()].at(-1);
  return last !== undefined && /^Execution(Succeeded|Failed|Aborted|TimedOut)$/.test(last.type ?? "")
    ? { kind: "stopped" }
    : { kind: "open" };
}
