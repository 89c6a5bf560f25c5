import { GetExecutionHistoryCommand, type HistoryEvent, type SFNClient } from "@aws-sdk/client-sfn";
import { traceOf, type TaskTrace } from "./task-line.ts";

/** 25,000 events are a standard execution's limit, so 25 pages of 1,000 are always enough. */
const eventsPerPage = 1000;
/** AWS's clock and ours may differ by so much; beyond it AWS refuses our signatures. */
const clockSkewMs = 300_000;

export interface Look {
  /** Whose task is looked for. */
  workerName: string;
  /** When it was handed out: what is older than this is not read for it. */
  since: Date;
  /** Whether outputs and causes are wanted, too: each event may carry 256 KB of them. */
  withData: boolean;
}

/**
 * Reads an execution's history backwards until it knows all about the task that is looked for, or knows that it is not there. Returns
 * whatever tasks it saw on the way, by the name of the poll that took them: one call often tells about several.
 */
export async function readTasks(
  client: SFNClient,
  executionArn: string,
  look: Look,
): Promise<Map<string, TaskTrace>> {
  const events = new Map<number, HistoryEvent>();
  const started: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(
      new GetExecutionHistoryCommand({
        executionArn,
        reverseOrder: true,
        maxResults: eventsPerPage,
        includeExecutionData: look.withData,
        ...(nextToken === undefined ? {} : { nextToken }),
      }),
    );
    for (const event of page.events ?? []) {
      if (event.id !== undefined) events.set(event.id, event);
      if (event.activityStartedEventDetails?.workerName !== undefined) started.push(event);
    }
    nextToken = page.nextToken;
    const wanted = started.find((event) => nameIn(event) === look.workerName);
    if (wanted !== undefined && traceOf(wanted, events) !== null) break;
    const oldest = page.events?.at(-1)?.timestamp?.getTime() ?? Infinity;
    if (wanted === undefined && oldest < look.since.getTime() - clockSkewMs) break;
  } while (nextToken !== undefined);
  return tracesOf(started, events);
}

function tracesOf(
  started: readonly HistoryEvent[],
  events: ReadonlyMap<number, HistoryEvent>,
): Map<string, TaskTrace> {
  return new Map(
    started.flatMap((event) => {
      const trace = traceOf(event, events);
      return trace === null ? [] : [[nameIn(event), trace] as const];
    }),
  );
}

function nameIn(started: HistoryEvent): string {
  return started.activityStartedEventDetails?.workerName ?? "";
}
