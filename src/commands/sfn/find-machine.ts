import { paginateListStateMachines, type StateMachineListItem } from "@aws-sdk/client-sfn";
import { ConfigError } from "../../config.ts";
import type { Sfn } from "./with-sfn.ts";

/** All machines of the endpoint, oldest first. */
export async function listMachines({ client }: Sfn): Promise<StateMachineListItem[]> {
  const machines: StateMachineListItem[] = [];
  for await (const page of paginateListStateMachines({ client, pageSize: 1000 }, {}))
    machines.push(...(page.stateMachines ?? []));
  return machines;
}

/** The ARN of the machine of this name; undefined if there is none. */
export async function machineNamed(sfn: Sfn, name: string): Promise<string | undefined> {
  return (await listMachines(sfn)).find((machine) => machine.name === name)?.stateMachineArn;
}

/** Of a machine that a person names; an ARN (of a version or an alias too) stays as it is. Throws ConfigError if there is none. */
export async function machineArn(sfn: Sfn, nameOrArn: string): Promise<string> {
  if (nameOrArn.startsWith("arn:")) return nameOrArn;
  const machines = await listMachines(sfn);
  const found = machines.find(({ name }) => name === nameOrArn)?.stateMachineArn;
  if (found !== undefined) return found;
  const known = machines.map(({ name }) => name).join(", ");
  throw new ConfigError(
    `${sfn.url} has no state machine ${nameOrArn}; ${known === "" ? "it has none at all: `countersign sfn create -f definition.json`" : `it has: ${known}`}`,
  );
}
