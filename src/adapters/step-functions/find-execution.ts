import {
  DescribeStateMachineCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  type SFNClient,
} from "@aws-sdk/client-sfn";
import { errorName } from "./errors.ts";
import { traceTask, type TaskTrace } from "./history.ts";

/** Newest executions first: a task that was just handed out belongs to one of them. Bounded, since history refills 20 calls a second. */
const candidatesPerMachine = 100;
const definitionsKeptMs = 60_000;
/** Reading the definitions more often than this would spend the quota of a busy account on nothing. */
const definitionsFreshMs = 2_000;

export type FindExecution = (
  activityArn: string,
  workerName: string,
) => Promise<{ executionArn: string; trace: TaskTrace } | null>;

/** Finds, without the author's help, which running execution handed its task to `workerName`. */
export function createFindExecution(client: SFNClient): FindExecution {
  const finder = createMachineFinder(client);
  return async (activityArn, workerName) => {
    const known = await finder.machinesThatUse(activityArn);
    const found = await findIn(client, known, workerName);
    if (found !== null || !finder.forget()) return found;
    // A state machine that was made or changed since the definitions were read.
    const others = (await finder.machinesThatUse(activityArn)).filter((arn) => !known.includes(arn));
    return findIn(client, others, workerName);
  };
}

async function findIn(client: SFNClient, stateMachineArns: readonly string[], workerName: string) {
  for (const stateMachineArn of stateMachineArns) {
    const { executions = [] } = await client.send(
      new ListExecutionsCommand({
        stateMachineArn,
        statusFilter: "RUNNING",
        maxResults: candidatesPerMachine,
      }),
    );
    for (const { executionArn } of executions) {
      const trace =
        executionArn === undefined ? null : await traceIfReadable(client, executionArn, workerName);
      if (executionArn !== undefined && trace !== null) return { executionArn, trace };
    }
  }
  return null;
}

/** One execution that cannot be read must not hide the others; throttling concerns them all. */
async function traceIfReadable(
  client: SFNClient,
  executionArn: string,
  workerName: string,
): Promise<TaskTrace | null> {
  try {
    return await traceTask(client, executionArn, workerName);
  } catch (error) {
    const name = errorName(error);
    if (name === "ExecutionDoesNotExist" || (name !== null && name.startsWith("AccessDenied"))) return null;
    throw error;
  }
}

interface MachineFinder {
  machinesThatUse(activityArn: string): Promise<string[]>;
  /** The next question reads the definitions anew; false: they are only just read. */
  forget(): boolean;
}

/** The state machines whose definition names an activity; definitions change seldom, so they are kept for a minute. */
function createMachineFinder(client: SFNClient): MachineFinder {
  let definitions: Promise<{ arn: string; definition: string }[]> | null = null;
  let readAtMs = 0;
  return {
    async machinesThatUse(activityArn) {
      if (definitions === null || performance.now() - readAtMs > definitionsKeptMs) {
        definitions = readDefinitions(client);
        readAtMs = performance.now();
        definitions.catch(() => {
          definitions = null;
        });
      }
      return (await definitions)
        .filter(({ definition }) => definition.includes(activityArn))
        .map(({ arn }) => arn);
    },
    forget() {
      const isOld = performance.now() - readAtMs > definitionsFreshMs;
      if (isOld) definitions = null;
      return isOld;
    },
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
