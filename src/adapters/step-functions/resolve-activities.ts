import { ListActivitiesCommand, type SFNClient } from "@aws-sdk/client-sfn";
import type { ActivityConfig } from "../../contract/config-file.ts";
import type { ActivitySettings } from "../../application/deps.ts";

/** countersign.yaml names activities by ARN or by name; names are looked up once, at start. Throws if one does not exist. */
export async function resolveActivities(
  client: SFNClient,
  configured: readonly ActivityConfig[],
): Promise<Map<string, ActivitySettings>> {
  const byName = configured.some((activity) => activity.arn === undefined)
    ? await listActivities(client)
    : new Map<string, string>();
  const settings = configured.map((activity): ActivitySettings => {
    const arn = activity.arn ?? byName.get(activity.name ?? "");
    if (arn === undefined) {
      throw new Error(
        `There is no activity named ${activity.name} in this account and region. Create it (aws stepfunctions create-activity --name ${activity.name}) or give its ARN.`,
      );
    }
    return {
      arn,
      pollers: activity.pollers,
      reject: activity.reject,
      heartbeatSeconds: activity.heartbeatSeconds ?? null,
    };
  });
  return new Map(settings.map((each) => [each.arn, each]));
}

async function listActivities(client: SFNClient): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let nextToken: string | undefined;
  do {
    const page = await client.send(
      new ListActivitiesCommand({ maxResults: 1000, ...(nextToken === undefined ? {} : { nextToken }) }),
    );
    for (const { name, activityArn } of page.activities ?? [])
      if (name !== undefined && activityArn !== undefined) found.set(name, activityArn);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}
