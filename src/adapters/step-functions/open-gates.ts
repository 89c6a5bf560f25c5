import { GetExecutionHistoryCommand, type HistoryEvent, type SFNClient } from "@aws-sdk/client-sfn";
import type { OpenGate } from "../../application/ports/gates.ts";
import { errorName } from "./errors.ts";
import type { Forbidden } from "./forbidden.ts";

/** The newest events, in one call; a task that waits for its first event stands among them. */
const eventsPerPage = 1000;

/** Tasks of activities that were scheduled and that nothing has followed: no poll has taken them. Empty too where we may not look. */
export async function readOpenGates(
  client: SFNClient,
  executionArn: string,
  forbidden: Forbidden,
): Promise<OpenGate[]> {
  let events: HistoryEvent[];
  try {
    const page = await client.send(
      new GetExecutionHistoryCommand({
        executionArn,
        reverseOrder: true,
        maxResults: eventsPerPage,
        includeExecutionData: false,
      }),
    );
    events = page.events ?? [];
  } catch (error) {
    if (errorName(error) === "ExecutionDoesNotExist") return [];
    if (forbidden.skip(error, "GetExecutionHistory", executionArn)) return [];
    throw error;
  }
  const followed = new Set(events.map((event) => event.previousEventId));
  const byId = new Map(events.map((event) => [event.id, event]));
  return events.flatMap((event) => {
    const { id, timestamp, activityScheduledEventDetails: scheduled } = event;
    if (id === undefined || timestamp === undefined || scheduled?.resource === undefined || followed.has(id))
      return [];
    const activityArn = scheduled.resource;
    return [{ eventId: id, activityArn, stateName: stateOf(event, byId), scheduledAt: timestamp }];
  });
}

function stateOf(
  scheduled: HistoryEvent,
  byId: ReadonlyMap<number | undefined, HistoryEvent>,
): string | null {
  let event: HistoryEvent | undefined = scheduled;
  while (event !== undefined && event.type !== "TaskStateEntered" && event.type !== "ExecutionRedriven")
    event = byId.get(event.previousEventId);
  return event?.stateEnteredEventDetails?.name ?? null;
}
