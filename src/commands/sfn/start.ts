import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { DescribeExecutionCommand, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { ConfigError } from "../../config.ts";
import { machineArn } from "./find-machine.ts";
import { withSfn, type Environment, type Print, type Sfn } from "./with-sfn.ts";

export interface StartOptions {
  machine: string;
  name?: string;
  /** JSON; `@file` reads it from there, `-` from standard input. */
  input?: string;
  wait?: boolean;
}

/**
 * Starts an execution and prints its ARN; with `wait` also its status and output once it has ended. Returns the exit code: 1 if it ended
 * otherwise than SUCCEEDED.
 */
export async function startCommand(
  environment: Environment,
  { machine, name, input = "{}", wait = false }: StartOptions,
  print: Print,
  standardInput: () => Promise<string>,
): Promise<number> {
  const text = await readInput(input, standardInput);
  return withSfn(environment, async (sfn) => {
    const stateMachineArn = await machineArn(sfn, machine);
    const command = new StartExecutionCommand({ stateMachineArn, input: text, name });
    const { executionArn = "" } = await sfn.client.send(command);
    print(executionArn);
    return wait ? untilEnd(sfn, executionArn, print) : 0;
  });
}

async function readInput(input: string, standardInput: () => Promise<string>): Promise<string> {
  const from = input === "-" ? "standard input" : input.startsWith("@") ? input.slice(1) : "--input";
  const text =
    input === "-" ? await standardInput() : input.startsWith("@") ? await readText(input.slice(1)) : input;
  try {
    JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`${from} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  return text;
}

async function readText(path: string): Promise<string> {
  return readFile(path, "utf8").catch((error: unknown) => {
    throw new ConfigError(
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
}

/** Short for a person who waits, long against what asking costs the endpoint. */
const askEveryMs = 200;

async function untilEnd({ client }: Sfn, executionArn: string, print: Print): Promise<number> {
  for (;;) {
    const { status, output, error, cause } = await client.send(
      new DescribeExecutionCommand({ executionArn }),
    );
    if (status !== "RUNNING" && status !== "PENDING_REDRIVE") {
      print(status ?? "");
      if (output !== undefined) print(output);
      const fault = [error, cause].filter((each) => each !== undefined && each !== "").join(": ");
      if (fault !== "") print(fault);
      return status === "SUCCEEDED" ? 0 : 1;
    }
    await delay(askEveryMs);
  }
}
