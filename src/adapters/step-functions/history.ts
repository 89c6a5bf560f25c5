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

/** What was seen of an execution's history. */
export interface Reading {
  /** By the name of the poll that took them: one call often tells about several. */
  tasks: Map<string, TaskTrace>;
  /** Of distributed Maps, newest first: their items are executions of their own. */
  mapRunArns: string[];
}

/**
 * Reads an execution's history backwards until it knows all about the task that is looked for, or knows that it is not there. Returns
 * whatever it saw on the way.
 */
export async function readTasks(client: SFNClient, executionArn: string, look: Look): Promise<Reading> {
  const events = new Map<number, HistoryEvent>();
  const started: HistoryEvent[] = [];
  const mapRunArns: string[] = [];
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
      const { mapRunArn } = event.mapRunStartedEventDetails ?? {};
      if (mapRunArn !== undefined) mapRunArns.push(mapRunArn);
    }
    nextToken = page.nextToken;
    const wanted = started.find((event) => nameIn(event) === look.workerName);
    if (wanted !== undefined && traceOf(wanted, events) !== null) break;
    const oldest = page.events?.at(-1)?.timestamp?.getTime() ?? Infinity;
    if (wanted === undefined && oldest < look.since.getTime() - clockSkewMs) break;
  } while (nextToken !== undefined);
  return { tasks: tracesOf(started, events), mapRunArns };
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
