import { paginateListExecutions } from "@aws-sdk/client-sfn";
import { listMachines, machineArn } from "./find-machine.ts";
import { span, table } from "./table.ts";
import { withSfn, type Environment, type Print } from "./with-sfn.ts";

export interface ListOptions {
  machine?: string;
  /** Characters of a line. */
  width: number;
}

/** Prints the state machines, or the executions of one, newest first. */
export async function listCommand(
  environment: Environment,
  { machine, width }: ListOptions,
  print: Print,
): Promise<void> {
  await withSfn(environment, async (sfn) => {
    if (machine === undefined) {
      const machines = await listMachines(sfn);
      if (machines.length === 0) return print(`no state machines at ${sfn.url}`);
      const rows = machines.map(({ name = "", stateMachineArn = "" }) => [name, stateMachineArn]);
      for (const line of table([["NAME", "ARN"], ...rows], width)) print(line);
      return;
    }
    const rows: string[][] = [];
    const stateMachineArn = await machineArn(sfn, machine);
    for await (const page of paginateListExecutions(
      { client: sfn.client, pageSize: 1000 },
      { stateMachineArn },
    ))
      for (const { name = "", status = "", startDate = new Date(0), stopDate } of page.executions ?? [])
        rows.push([
          name,
          status,
          startDate.toISOString(),
          span((stopDate ?? new Date()).getTime() - startDate.getTime()),
        ]);
    if (rows.length === 0) return print(`no executions of ${machine}`);
    for (const line of table([["NAME", "STATUS", "STARTED", "TOOK"], ...rows], width)) print(line);
  });
}
