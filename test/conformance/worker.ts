import { GetActivityTaskCommand } from "@aws-sdk/client-sfn";
import { DeleteMessageCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { setTimeout as pause } from "node:timers/promises";
import type { Json, JsonObject } from "../../local/step-functions/asl/json.ts";
import type { Worker } from "./cases.ts";
import { fillIn, type Names } from "./fill-in.ts";
import { call, type Bench } from "./run-case.ts";

/** A task as a worker has it: the token, and what its steps may refer to. */
interface Taken {
  readonly taskToken: string;
  readonly names: Names;
}

/** Answers the task tokens of a case until it is stopped. */
export function startWorker(bench: Bench, worker: Worker, names: Names): { stop(): Promise<void> } {
  const over = new AbortController();
  const take = worker.takesFrom === "activity" ? takeTask : takeMessage;
  const done = (async () => {
    while (!over.signal.aborted) {
      const task = await take(bench, worker, names, over.signal).catch((error: unknown) => {
        if (over.signal.aborted) return undefined;
        throw error;
      });
      if (task !== undefined) await work(bench, worker, task);
    }
  })();
  // Waited for in stop; without this a failure before that would be an unhandled rejection.
  done.catch(() => undefined);
  return {
    async stop() {
      over.abort();
      await done;
    },
  };
}

async function takeTask(
  bench: Bench,
  { workerName }: Worker,
  names: Names,
  abortSignal: AbortSignal,
): Promise<Taken | undefined> {
  const activityArn = String(names.get("activity1.arn"));
  const command = new GetActivityTaskCommand({
    activityArn,
    ...(workerName === undefined ? {} : { workerName }),
  });
  const { taskToken, input } = await bench.sfn.send(command, { abortSignal });
  if (taskToken === undefined) return undefined;
  return { taskToken, names: new Map<string, Json>([["task.input", input ?? ""]]) };
}

async function takeMessage(
  bench: Bench,
  _: Worker,
  names: Names,
  abortSignal: AbortSignal,
): Promise<Taken | undefined> {
  const QueueUrl = String(names.get("queue1.url"));
  const { Messages } = await bench.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }), {
    abortSignal,
  });
  const [message] = Messages ?? [];
  if (message === undefined) return undefined;
  await bench.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
  const text = message.Body ?? "";
  const body = JSON.parse(text) as JsonObject;
  const members = Object.entries(body).map(([name, value]): [string, Json] => [
    `message.${name}`,
    JSON.stringify(value),
  ]);
  return { taskToken: String(body.TaskToken), names: new Map<string, Json>([["message", text], ...members]) };
}

async function work(bench: Bench, { steps }: Worker, { taskToken, names }: Taken): Promise<void> {
  for (const step of steps) {
    if ("wait" in step && typeof step.wait === "number") await pause(step.wait * 1_000);
    if (!("call" in step)) continue;
    const { call: name, ...params } = fillIn(step, names);
    await call(bench, String(name), { ...(params as JsonObject), taskToken });
  }
}
