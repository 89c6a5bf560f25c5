import { DescribeExecutionCommand, ExecutionDoesNotExist } from "@aws-sdk/client-sfn";
import { ConfigError } from "../../config.ts";
import { listMachines, machineArn } from "./find-machine.ts";
import type { Sfn } from "./with-sfn.ts";

/**
 * The ARN of an execution that a person names; `machine` (name or ARN) says of which machine. Throws ConfigError for a name that no
 * execution has, or several.
 */
export async function findExecution(sfn: Sfn, nameOrArn: string, machine?: string): Promise<string> {
  if (nameOrArn.startsWith("arn:")) return nameOrArn;
  const machines =
    machine === undefined
      ? (await listMachines(sfn)).flatMap(({ stateMachineArn }) => stateMachineArn ?? [])
      : [await machineArn(sfn, machine)];
  const candidates = machines.map(
    (arn) => `${arn.replace(":stateMachine:", ":execution:").split(":").slice(0, 7).join(":")}:${nameOrArn}`,
  );
  const found: string[] = [];
  for (const arn of candidates) if (await exists(sfn, arn)) found.push(arn);
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  if (first === undefined)
    throw new ConfigError(
      `There is no execution ${nameOrArn}${machine === undefined ? "" : ` of ${machine}`} at ${sfn.url}; \`countersign sfn list --machine NAME\` lists those of a machine.`,
    );
  throw new ConfigError(
    `Several machines have an execution ${nameOrArn}; say which with --machine, or name its ARN:\n${found.map((arn) => `  ${arn}`).join("\n")}`,
  );
}

async function exists({ client }: Sfn, executionArn: string): Promise<boolean> {
  try {
    await client.send(new DescribeExecutionCommand({ executionArn }));
    return true;
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return false;
    throw error;
  }
}
