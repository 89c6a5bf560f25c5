import {
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
} from "@aws-sdk/client-sfn";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { harness, type Harness } from "./step-functions/harness.ts";
import { sampleText, untilEnd, withSamples } from "./with-samples.ts";

/** queue-callback with its queue, and a reader with the real client of SQS. */
async function withQuestions() {
  const samples = await withSamples("queue-callback");
  const { url: endpoint, region } = samples.sfn.endpoint;
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const sqs = new SQSClient({ endpoint, region, credentials, maxAttempts: 1 });
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "questions" }));
  return {
    ...samples,
    /** The next question. */
    async read() {
      const { Messages: [message] = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }),
      );
      return JSON.parse(message?.Body ?? "null") as { question: string; taskToken: string };
    },
    async [Symbol.asyncDispose]() {
      sqs.destroy();
      await samples[Symbol.asyncDispose]();
    },
  };
}

describe("queue-callback", () => {
  it("puts the question and its token into the queue, and goes on with the answer", async () => {
    await using samples = await withQuestions();
    const arn = await samples.start("queue-callback", { question: "Ship it?" });
    const { question, taskToken } = await samples.read();
    expect(question).toBe("Ship it?");
    await samples.sfn.client.send(new SendTaskSuccessCommand({ taskToken, output: '{"answer":"yes"}' }));
    expect(await untilEnd(samples.sfn, arn)).toEqual({ status: "SUCCEEDED", output: { answer: "yes" } });
  });

  it("fails with the reason of who refuses", async () => {
    await using samples = await withQuestions();
    const arn = await samples.start("queue-callback", { question: "Ship it?" });
    const { taskToken } = await samples.read();
    const refusal = { taskToken, error: "Refused", cause: "not on a Friday" };
    await samples.sfn.client.send(new SendTaskFailureCommand(refusal));
    expect(await untilEnd(samples.sfn, arn)).toEqual({
      status: "FAILED",
      error: "Refused",
      cause: "not on a Friday",
    });
  });

  it("fails once nobody has sent a heartbeat for ten minutes", async () => {
    await using samples = await withQuestions();
    const arn = await samples.start("queue-callback", { question: "Ship it?" });
    const { taskToken } = await samples.read();
    await samples.sfn.clock.advance(500_000);
    await samples.sfn.client.send(new SendTaskHeartbeatCommand({ taskToken }));
    await samples.sfn.clock.advance(500_000);
    expect((await samples.sfn.describe(arn)).status).toBe("RUNNING");
    await samples.sfn.clock.advance(100_000);
    expect(await untilEnd(samples.sfn, arn)).toMatchObject({ status: "FAILED", error: "NobodyAnswered" });
  });
});

describe("deploy, what `npm start` creates", () => {
  /** The machine at its approval, the token in the hands of a worker. */
  async function atApproval(sfn: Harness) {
    const activityArn = await sfn.activity("po-approval");
    const definition = JSON.parse(sampleText("deploy").replaceAll("${activityArn}", activityArn)) as object;
    const arn = await sfn.start(await sfn.machine(definition, "deploy"), { commit: "a".repeat(40) });
    await sfn.clock.advance(1_000);
    return { arn, ...(await sfn.take(activityArn)) };
  }

  it("deploys what is approved", async () => {
    await using sfn = await harness();
    const { arn, taskToken, input } = await atApproval(sfn);
    expect(JSON.parse(input)).toMatchObject({ input: { commit: "a".repeat(40) }, _execution: { arn } });
    const output = JSON.stringify({ decision: "approved" });
    await sfn.client.send(new SendTaskSuccessCommand({ taskToken, output }));
    expect(await untilEnd(sfn, arn)).toMatchObject({
      status: "SUCCEEDED",
      output: { approval: { decision: "approved" }, deployment: "deployed" },
    });
  });

  it("halts with the reason of a rejection", async () => {
    await using sfn = await harness();
    const { arn, taskToken } = await atApproval(sfn);
    const rejection = { taskToken, error: "RejectedByUser", cause: "too early" };
    await sfn.client.send(new SendTaskFailureCommand(rejection));
    expect(await untilEnd(sfn, arn)).toEqual({
      status: "FAILED",
      error: "RejectedByUser",
      cause: "too early",
    });
  });
});
