import { createHash, randomUUID } from "node:crypto";
import type { ExecutionEvent } from "../asl/execution-event.ts";
import { AwsError } from "./aws-error.ts";
import type { Engine } from "./engine.ts";
import type { Message, MessageQueue, TaskRef } from "./world.ts";

/** Bytes of a message: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html. */
const messageLimit = 1_048_576;

export const queueDoesNotExist = () =>
  new AwsError("QueueDoesNotExist", "The specified queue does not exist.");

/** The last part of a queue's URL is its name, whatever host the caller knows the endpoint by. */
export function queueAt({ world }: Engine, url: string): MessageQueue {
  const queue = world.messageQueues.get(url.split("/").at(-1) ?? "");
  if (queue === undefined) throw queueDoesNotExist();
  return queue;
}

export interface Sent {
  readonly MD5OfMessageBody: string;
  readonly MessageId: string;
}

/** Puts a message into a queue; a task that sends it is told so by the same fact. Throws QueueDoesNotExist, InvalidParameterValue. */
export function sendMessage(
  engine: Engine,
  {
    queue,
    body,
    delaySeconds = queue.delaySeconds,
  }: { queue: MessageQueue; body: string; delaySeconds?: number },
  sender?: TaskRef,
): Sent {
  if (body === "")
    throw new AwsError("MissingParameter", "The request must contain the parameter MessageBody.");
  if (Buffer.byteLength(body) > messageLimit) {
    const text = `One or more parameters are invalid. Reason: Message must be shorter than ${messageLimit} bytes.`;
    throw new AwsError("InvalidParameterValue", text);
  }
  const sentAt = engine.now();
  const id = randomUUID();
  const message: Message = { id, body, sentAt, hiddenUntil: sentAt + delaySeconds * 1000, received: 0 };
  const sent = { MD5OfMessageBody: md5(body), MessageId: id };
  const answer = sender === undefined ? undefined : answerOf(engine, sender, sent);
  engine.record({
    type: "messageSent",
    queue: queue.name,
    message,
    ...(answer === undefined ? {} : { answer }),
  });
  return sent;
}

function answerOf(engine: Engine, { executionArn, task }: TaskRef, sent: Sent) {
  const output = { ...sent };
  const event: ExecutionEvent = {
    type: "serviceAnswered",
    task,
    output,
    at: engine.now(),
    seed: engine.seed(),
  };
  return { executionArn, event };
}

export function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

export interface ReceiveRequest {
  readonly most: number;
  readonly waitSeconds: number;
  readonly visibilitySeconds: number;
}

/** Takes messages, or waits for one. What is not deleted in time can be received again. */
export async function receiveMessages(
  engine: Engine,
  { name }: MessageQueue,
  request: ReceiveRequest,
  signal: AbortSignal,
): Promise<Message[]> {
  const deadline = engine.now() + request.waitSeconds * 1000;
  for (;;) {
    const queue = engine.world.messageQueues.get(name);
    if (queue === undefined || signal.aborted) return [];
    const taken = take(engine, queue, request);
    if (taken.length > 0 || engine.now() >= deadline) return taken;
    const next = Math.min(deadline, ...[...queue.messages.values()].map(({ hiddenUntil }) => hiddenUntil));
    if (!(await engine.messageIn(name, Math.max(next, engine.now() + 1), signal))) return [];
  }
}

function take(engine: Engine, queue: MessageQueue, { most, visibilitySeconds }: ReceiveRequest): Message[] {
  const now = engine.now();
  const visible = [...queue.messages.values()].filter(({ hiddenUntil }) => hiddenUntil <= now).slice(0, most);
  if (visible.length === 0) return [];
  const hiddenUntil = now + visibilitySeconds * 1000;
  const receipts = visible.map(({ id }) => ({ id, receipt: `${id}.${randomUUID()}`, hiddenUntil }));
  engine.record({ type: "messagesReceived", queue: queue.name, receipts });
  return visible.flatMap(({ id }) => queue.messages.get(id) ?? []);
}
