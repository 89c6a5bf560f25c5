import { readFile } from "node:fs/promises";
import { CreateActivityCommand, CreateStateMachineCommand, SFNClient } from "@aws-sdk/client-sfn";
import { projectFile } from "../src/project-file.ts";

/** The local endpoint checks no credentials, but the SDK insists on some. */
export const localCredentials = { accessKeyId: "local", secretAccessKey: "local" };

export interface Sample {
  activityArn: string;
  stateMachineArn: string;
}

/** Creates the activity `po-approval` and the state machine `deploy`, and every other activity that the configuration names. */
export async function createSample(
  endpoint: string,
  region: string,
  otherActivities: readonly string[],
): Promise<Sample> {
  const client = new SFNClient({ endpoint, region, credentials: localCredentials });
  try {
    for (const name of otherActivities) await client.send(new CreateActivityCommand({ name }));
    const { activityArn = "" } = await client.send(new CreateActivityCommand({ name: "po-approval" }));
    const definition = (await readFile(projectFile("local/samples/deploy.asl.json"), "utf8")).replaceAll(
      "${activityArn}",
      activityArn,
    );
    const roleArn = "arn:aws:iam::123456789012:role/countersign-sample";
    const { stateMachineArn = "" } = await client.send(
      new CreateStateMachineCommand({ name: "deploy", definition, roleArn }),
    );
    return { activityArn, stateMachineArn };
  } finally {
    client.destroy();
  }
}
