import {
  DescribeExecutionCommand,
  paginateGetExecutionHistory,
  type HistoryEvent,
} from "@aws-sdk/client-sfn";
import { findExecution } from "./find-execution.ts";
import { historyRows } from "./history-rows.ts";
import { span, table } from "./table.ts";
import { withSfn, type Environment, type Print } from "./with-sfn.ts";

export interface HistoryOptions {
  machine?: string;
  json?: boolean;
  /** Characters of a line. */
  width: number;
}

/** Prints what has happened in an execution, all pages of it: a table, or with `json` the events as the API has them. */
export async function historyCommand(
  environment: Environment,
  nameOrArn: string,
  { machine, json, width }: HistoryOptions,
  print: Print,
): Promise<void> {
  await withSfn(environment, async (sfn) => {
    const executionArn = await findExecution(sfn, nameOrArn, machine);
    const events: HistoryEvent[] = [];
    const pages = paginateGetExecutionHistory({ client: sfn.client, pageSize: 1000 }, { executionArn });
    for await (const page of pages) events.push(...(page.events ?? []));
    if (json === true) return print(JSON.stringify(events, null, 2));
    const { status, startDate, stopDate } = await sfn.client.send(
      new DescribeExecutionCommand({ executionArn }),
    );
    const tookMs = (stopDate ?? new Date()).getTime() - (startDate?.getTime() ?? 0);
    print(`${executionArn}  ${status} ${stopDate === undefined ? "for" : "after"} ${span(tookMs)}`);
    for (const line of table(historyRows(events), width)) print(line);
  });
}
