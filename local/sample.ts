import { readFile } from "node:fs/promises";
import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  SFNClient,
  StateMachineAlreadyExists,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import { projectFile } from "../src/project-file.ts";

/** The local endpoint checks no credentials, but the SDK insists on some. */
export const localCredentials = { accessKeyId: "local", secretAccessKey: "local" };

export interface Sample {
  activityArn: string;
  stateMachineArn: string;
}

/** Creates the activity `po-approval` and the state machine `deploy`. Repeating it is safe. */
export async function createSample(endpoint: string, region: string): Promise<Sample> {
  return withClient(endpoint, region, async (client) => {
    const { activityArn = "" } = await client.send(new CreateActivityCommand({ name: "po-approval" }));
    const template = await readFile(projectFile("local/samples/deploy.asl.json"), "utf8");
    const definition = template.replaceAll("${activityArn}", activityArn);
    const roleArn = "arn:aws:iam::123456789012:role/countersign-sample";
    const stateMachineArn = await createOrUpdate(client, { name: "deploy", definition, roleArn });
    return { activityArn, stateMachineArn };
  });
}

/** A machine of that name may be there from an earlier version of the sample. */
async function createOrUpdate(
  client: SFNClient,
  machine: { name: string; definition: string; roleArn: string },
): Promise<string> {
  try {
    const { stateMachineArn = "" } = await client.send(new CreateStateMachineCommand(machine));
    return stateMachineArn;
  } catch (error) {
    if (!(error instanceof StateMachineAlreadyExists)) throw error;
    const stateMachineArn = /'(arn:[^']*)'/.exec(error.message)?.[1] ?? "";
    await client.send(new UpdateStateMachineCommand({ stateMachineArn, ...machine }));
    return stateMachineArn;
  }
}

/** On AWS an activity must exist; on the local endpoint the configuration is enough. */
export async function createActivities(
  endpoint: string,
  region: string,
  names: readonly string[],
): Promise<void> {
  await withClient(endpoint, region, async (client) => {
    for (const name of names) await client.send(new CreateActivityCommand({ name }));
  });
}

async function withClient<T>(
  endpoint: string,
  region: string,
  work: (client: SFNClient) => Promise<T>,
): Promise<T> {
  const client = new SFNClient({ endpoint, region, credentials: localCredentials });
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}
