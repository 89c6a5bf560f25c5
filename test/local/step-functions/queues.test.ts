import { SendTaskSuccessCommand } from "@aws-sdk/client-sfn";
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { setTimeout as realTime } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { harness, present, type Harness } from "./harness.ts";

/** The harness with the real SQS client, and a queue. */
async function withQueue(name = "approvals") {
  const sfn = await harness();
  const sqs = new SQSClient({
    endpoint: sfn.endpoint.url,
    region: sfn.endpoint.region,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  const QueueUrl = present((await sqs.send(new CreateQueueCommand({ QueueName: name }))).QueueUrl);
  const receive = (more: object = {}) => sqs.send(new ReceiveMessageCommand({ QueueUrl, ...more }));
  const send = (MessageBody: string, more: object = {}) =>
    sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
  const close = async () => {
    sqs.destroy();
    await sfn[Symbol.asyncDispose]();
  };
  return { sfn, sqs, QueueUrl, receive, send, [Symbol.asyncDispose]: close };
}

const bodies = (answer: { Messages?: { Body?: string | undefined }[] | undefined }) =>
  answer.Messages?.map(({ Body }) => Body) ?? [];

describe("a queue", () => {
  it("is found by its name, and created once", async () => {
    await using queue = await withQueue();
    const again = await queue.sqs.send(new CreateQueueCommand({ QueueName: "approvals" }));
    expect(again.QueueUrl).toBe(queue.QueueUrl);
    const found = await queue.sqs.send(new GetQueueUrlCommand({ QueueName: "approvals" }));
    expect(found.QueueUrl).toBe(queue.QueueUrl);
    await expect(queue.sqs.send(new GetQueueUrlCommand({ QueueName: "none" }))).rejects.toMatchObject({
      name: "QueueDoesNotExist",
    });
  });

  it("gives a message to one receiver, to another after the visibility timeout, to none once it is deleted", async () => {
    await using queue = await withQueue();
    await queue.send("one");
    const [message] = present((await queue.receive({ VisibilityTimeout: 10 })).Messages);
    expect(message?.Body).toBe("one");
    expect(bodies(await queue.receive())).toEqual([]);
    await queue.sfn.clock.advance(10_000);
    const [again] = present((await queue.receive()).Messages);
    expect(again?.Body).toBe("one");
    const { QueueUrl } = queue;
    await queue.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: again?.ReceiptHandle }));
    await queue.sfn.clock.advance(60_000);
    expect(bodies(await queue.receive())).toEqual([]);
  });

  it("holds a receiver until a message comes, or until its wait is over", async () => {
    await using queue = await withQueue();
    const waiting = queue.receive({ WaitTimeSeconds: 20 });
    await untilTimers(queue.sfn, 1);
    await queue.send("late");
    expect(bodies(await waiting)).toEqual(["late"]);
    const empty = queue.receive({ WaitTimeSeconds: 20 });
    await untilTimers(queue.sfn, 1);
    await queue.sfn.clock.advance(20_000);
    expect(bodies(await empty)).toEqual([]);
    expect(queue.sfn.clock.pending).toBe(0);
  });

  it("gives ten messages at most, delays them, and gives one back early", async () => {
    await using queue = await withQueue();
    for (let n = 0; n < 12; n += 1) await queue.send(String(n));
    await queue.send("delayed", { DelaySeconds: 5 });
    expect(bodies(await queue.receive({ MaxNumberOfMessages: 10 }))).toHaveLength(10);
    const { Messages: rest = [] } = await queue.receive({ MaxNumberOfMessages: 10 });
    expect(rest).toHaveLength(2);
    const { QueueUrl } = queue;
    const given = { QueueUrl, ReceiptHandle: rest[0]?.ReceiptHandle, VisibilityTimeout: 0 };
    await queue.sqs.send(new ChangeMessageVisibilityCommand(given));
    expect(bodies(await queue.receive({ MaxNumberOfMessages: 10 }))).toEqual(["10"]);
    await queue.sfn.clock.advance(5_000);
    expect(bodies(await queue.receive())).toEqual(["delayed"]);
  });
});

describe("sqs:sendMessage", () => {
  const Resource = "arn:aws:states:::sqs:sendMessage.waitForTaskToken";

  it("hands the token out in a message, and each retry a new one", async () => {
    await using queue = await withQueue();
    const { sfn, QueueUrl } = queue;
    const MessageBody = { "question.$": "$.q", "TaskToken.$": "$$.Task.Token" };
    const Retry = [{ ErrorEquals: ["States.HeartbeatTimeout"], IntervalSeconds: 1, MaxAttempts: 1 }];
    const Parameters = { QueueUrl, MessageBody };
    const state = { Type: "Task", Resource, Parameters, HeartbeatSeconds: 10, Retry, End: true };
    const execution = await sfn.start(await sfn.machine({ StartAt: "S", States: { S: state } }), {
      q: "ok?",
    });
    const read = async () => {
      const { Messages } = await queue.receive({ WaitTimeSeconds: 20 });
      return JSON.parse(Messages?.[0]?.Body ?? "") as { question: string; TaskToken: string };
    };
    const first = await read();
    expect(first.question).toBe("ok?");
    await sfn.clock.advance(11_000);
    const second = await read();
    expect(second.TaskToken).not.toBe(first.TaskToken);
    const answer = { taskToken: first.TaskToken, output: "1" };
    await expect(sfn.client.send(new SendTaskSuccessCommand(answer))).rejects.toMatchObject({
      name: "TaskTimedOut",
    });
    await sfn.client.send(new SendTaskSuccessCommand({ taskToken: second.TaskToken, output: '"yes"' }));
    expect((await sfn.describe(execution)).output).toBe('"yes"');
    expect(sfn.clock.pending).toBe(0);
  });

  it("fails for a queue that does not exist, with the error's name of SQS", async () => {
    await using queue = await withQueue();
    const Parameters = { QueueUrl: `${queue.QueueUrl}-not`, MessageBody: "x" };
    const state = { Type: "Task", Resource: "arn:aws:states:::sqs:sendMessage", Parameters, End: true };
    const execution = await queue.sfn.start(await queue.sfn.machine({ StartAt: "S", States: { S: state } }));
    await queue.sfn.clock.advance(0);
    expect(await queue.sfn.describe(execution)).toMatchObject({
      status: "FAILED",
      error: "SQS.QueueDoesNotExistException",
    });
  });
});

/** A call that has reached the endpoint shows by the timer that it sets. */
async function untilTimers({ clock }: Harness, count: number): Promise<void> {
  for (let tries = 0; clock.pending < count && tries < 400; tries += 1) await realTime(5);
  expect(clock.pending).toBe(count);
}
