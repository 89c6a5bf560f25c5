import {
  DescribeStateMachineCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  type SFNClient,
} from "@aws-sdk/client-sfn";
import { errorName } from "./errors.ts";
import { traceTask, type TaskTrace } from "./history.ts";

/** Newest executions first: a task that was just handed out belongs to one of them. Bounded, since history refills 20 calls a second. */
const candidatesPerMachine = 50;
const definitionsKeptMs = 60_000;

export type FindExecution = (
  activityArn: string,
  workerName: string,
) => Promise<{ executionArn: string; trace: TaskTrace } | null>;

/** Finds, without the author's help, which running execution handed its task to `workerName`. */
export function createFindExecution(client: SFNClient): FindExecution {
  const machinesThatUse = createMachineFinder(client);
  return async (activityArn, workerName) => {
    for (const stateMachineArn of await machinesThatUse(activityArn)) {
      const { executions = [] } = await client.send(
        new ListExecutionsCommand({
          stateMachineArn,
          statusFilter: "RUNNING",
          maxResults: candidatesPerMachine,
        }),
      );
      for (const { executionArn } of executions) {
        const trace = executionArn === undefined ? null : await traceTask(client, executionArn, workerName);
        if (executionArn !== undefined && trace !== null) return { executionArn, trace };
      }
    }
    return null;
  };
}

/** The state machines whose definition names an activity; definitions change seldom, so the answer is kept for a minute. */
function createMachineFinder(client: SFNClient): (activityArn: string) => Promise<string[]> {
  let definitions: Promise<{ arn: string; definition: string }[]> | null = null;
  return async (activityArn) => {
    if (definitions === null) {
      definitions = readDefinitions(client);
      const forget = () => {
        definitions = null;
      };
      definitions.catch(forget);
      setTimeout(forget, definitionsKeptMs).unref();
    }
    return (await definitions)
      .filter(({ definition }) => definition.includes(activityArn))
      .map(({ arn }) => arn);
  };
}

async function readDefinitions(client: SFNClient): Promise<{ arn: string; definition: string }[]> {
  const found: { arn: string; definition: string }[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(
      new ListStateMachinesCommand({ maxResults: 1000, ...(nextToken === undefined ? {} : { nextToken }) }),
    );
    for (const { stateMachineArn: arn, type } of page.stateMachines ?? []) {
      // Express workflows support no activities.
      if (arn === undefined || type === "EXPRESS") continue;
      const definition = await readDefinition(client, arn);
      if (definition !== null) found.push({ arn, definition });
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

/** Null: gone meanwhile, or one that our role may not read. Least privilege shows only the machines that use our activities. */
async function readDefinition(client: SFNClient, stateMachineArn: string): Promise<string | null> {
  try {
    const { definition } = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    return definition ?? "";
  } catch (error) {
    const name = errorName(error);
    if (name === "StateMachineDoesNotExist" || (name !== null && name.startsWith("AccessDenied")))
      return null;
    throw error;
  }
}
