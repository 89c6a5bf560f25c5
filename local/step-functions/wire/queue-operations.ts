import { AwsError } from "../engine/aws-error.ts";
import type { Engine } from "../engine/engine.ts";
import { md5, queueAt, queueDoesNotExist, receiveMessages, sendMessage } from "../engine/message-queues.ts";
import type { Message, MessageQueue } from "../engine/world.ts";
import { operation, type Call, type Operation } from "./operation.ts";
import * as shapes from "./queue-shapes.ts";

/** The part of SQS that callbacks need: enough for its real client to send, receive and delete. Standard queues only. */
export const queueOperations = {
  /** Idempotent by name. */
  CreateQueue: operation(shapes.createQueue, ({ QueueName: name, Attributes: attributes }, call) => {
    const { engine } = call;
    const number = (attribute: string, otherwise: number) => Number(attributes?.[attribute] ?? otherwise);
    if (!engine.world.messageQueues.has(name)) {
      const queue = {
        name,
        visibilitySeconds: number("VisibilityTimeout", 30),
        waitSeconds: number("ReceiveMessageWaitTimeSeconds", 0),
        delaySeconds: number("DelaySeconds", 0),
        createdAt: engine.now(),
      };
      engine.record({ type: "queueCreated", queue });
    }
    return { QueueUrl: urlOf(name, call) };
  }),

  GetQueueUrl: operation(shapes.queueByName, ({ QueueName: name }, call) => {
    if (!call.engine.world.messageQueues.has(name)) throw queueDoesNotExist();
    return { QueueUrl: urlOf(name, call) };
  }),

  ListQueues: operation(shapes.listQueues, ({ QueueNamePrefix: prefix }, call) => {
    const names = [...call.engine.world.messageQueues.keys()].filter((name) => name.startsWith(prefix ?? ""));
    return { QueueUrls: names.map((name) => urlOf(name, call)) };
  }),

  DeleteQueue: operation(shapes.queueByUrl, ({ QueueUrl: url }, { engine }) => {
    engine.record({ type: "queueDeleted", queue: queueAt(engine, url).name });
    return {};
  }),

  SendMessage: operation(
    shapes.sendMessage,
    ({ QueueUrl: url, MessageBody: body, DelaySeconds: delay }, { engine }) => {
      const delayed = delay === undefined || delay === null ? {} : { delaySeconds: delay };
      return sendMessage(engine, { queue: queueAt(engine, url), body, ...delayed });
    },
  ),

  /** Waits for a message as long as the call or the queue says. */
  ReceiveMessage: operation(shapes.receiveMessage, async (params, { engine, signal }) => {
    const queue = queueAt(engine, params.QueueUrl);
    const request = {
      most: params.MaxNumberOfMessages ?? 1,
      waitSeconds: params.WaitTimeSeconds ?? queue.waitSeconds,
      visibilitySeconds: params.VisibilityTimeout ?? queue.visibilitySeconds,
    };
    const messages = await receiveMessages(engine, queue, request, signal);
    return messages.length === 0 ? {} : { Messages: messages.map(presentMessage) };
  }),

  /** Succeeds for a message that is gone already, as SQS does. */
  DeleteMessage: operation(shapes.deleteMessage, ({ QueueUrl: url, ReceiptHandle: receipt }, { engine }) => {
    const queue = queueAt(engine, url);
    const message = received(queue, receipt);
    if (message !== undefined) engine.record({ type: "messageDeleted", queue: queue.name, id: message.id });
    return {};
  }),

  ChangeMessageVisibility: operation(shapes.changeVisibility, (params, { engine }) => {
    const { QueueUrl: url, ReceiptHandle: receipt, VisibilityTimeout: seconds } = params;
    const queue = queueAt(engine, url);
    const message = received(queue, receipt);
    if (message === undefined) throw new AwsError("InvalidParameterValue", "The message is not in flight");
    const hiddenUntil = engine.now() + seconds * 1000;
    engine.record({ type: "messageHidden", queue: queue.name, id: message.id, hiddenUntil });
    return {};
  }),
} satisfies Record<string, Operation>;

/** With the host by which the caller knows the endpoint: the SDK sends to a queue at its own URL. */
function urlOf(name: string, { engine, host }: { engine: Engine; host: Call["host"] }): string {
  return `http://${host}/${engine.place.accountId}/${name}`;
}

/** Throws ReceiptHandleIsInvalid for what was never a handle of this queue. */
function received(queue: MessageQueue, receipt: string): Message | undefined {
  const [id = ""] = receipt.split(".");
  if (!/^[0-9a-f-]{36}\.[0-9a-f-]{36}$/u.test(receipt))
    throw new AwsError("ReceiptHandleIsInvalid", "The input receipt handle is invalid.");
  return queue.messages.get(id);
}

function presentMessage({ id, body, receipt, sentAt, received: count }: Message) {
  return {
    MessageId: id,
    ReceiptHandle: receipt,
    Body: body,
    MD5OfBody: md5(body),
    Attributes: { SentTimestamp: String(sentAt), ApproximateReceiveCount: String(count) },
  };
}
