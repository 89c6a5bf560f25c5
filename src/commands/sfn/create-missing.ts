import { CreateActivityCommand, paginateListActivities } from "@aws-sdk/client-sfn";
import { ConfigError } from "../../config.ts";
import type { Print, Sfn } from "./with-sfn.ts";

const activity = /^arn:aws[\w-]*:states:[\w-]*:\d*:activity:([^:]+)$/;
const queue = /^https?:\/\/[^/]+\/\d+\/([\w-]+)$/;

/**
 * Creates the activities and queues that a definition names and the endpoint lacks: on AWS they would have to be there before the first
 * execution. An activity of another region or account cannot be made here; that is noted.
 */
export async function createMissing(sfn: Sfn, definition: string, note: Print): Promise<void> {
  const texts = textsIn(JSON.parse(definition) as unknown);
  const wanted = new Set(texts.filter((text) => activity.test(text)));
  const known = wanted.size === 0 ? new Set<string>() : await activities(sfn);
  for (const arn of wanted) {
    if (known.has(arn)) continue;
    const name = activity.exec(arn)?.[1] ?? "";
    const { activityArn = "" } = await sfn.client.send(new CreateActivityCommand({ name }));
    if (activityArn === arn) note(`created the activity ${name}`);
    else
      note(
        `the definition names ${arn}, but this endpoint's is ${activityArn}: its executions will fail there; \`countersign sfn serve\` takes --region and --account`,
      );
  }
  for (const name of new Set(texts.flatMap((text) => queue.exec(text)?.[1] ?? [])))
    await createQueue(sfn, name, note);
}

async function activities({ client }: Sfn): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const page of paginateListActivities({ client, pageSize: 1000 }, {}))
    for (const { activityArn } of page.activities ?? []) found.add(activityArn ?? "");
  return found;
}

/** By hand: the client of SQS is no part of what ships. */
async function createQueue({ url }: Sfn, name: string, note: Print): Promise<void> {
  const call = async (operation: string, body: object) =>
    fetch(url, {
      method: "POST",
      headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AmazonSQS.${operation}` },
      body: JSON.stringify(body),
    });
  if ((await call("GetQueueUrl", { QueueName: name })).ok) return;
  const reply = await call("CreateQueue", { QueueName: name });
  if (!reply.ok) throw new ConfigError(`the queue ${name} cannot be created: ${await reply.text()}`);
  note(`created the queue ${name}`);
}

/** Every text in a JSON value, however deep. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
