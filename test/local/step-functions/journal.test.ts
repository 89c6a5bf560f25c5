import { appendFile, copyFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DescribeStateMachineCommand,
  ListExecutionsCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, describe, expect, it } from "vitest";
import { JournalFault } from "../../../local/step-functions/journal/journal-fault.ts";
import { approval, harness, type Harness } from "./harness.ts";

const root = await mkdtemp(join(tmpdir(), "countersign-journal-"));
afterAll(() => rm(root, { recursive: true, force: true }));

let folders = 0;
const newFolder = () => join(root, `journal-${(folders += 1)}`);
const fileIn = (folder: string) => join(folder, "journal.jsonl");

/** What a process that is killed at this moment leaves. */
async function leftBy(folder: string): Promise<string> {
  const copy = newFolder();
  await mkdir(copy);
  for (const name of ["journal.jsonl", "token-secret"]) await copyFile(join(folder, name), join(copy, name));
  return copy;
}

const wait = (seconds: number) => ({
  StartAt: "Wait",
  States: {
    Wait: { Type: "Wait", Seconds: seconds, Next: "Done" },
    Done: { Type: "Pass", Result: 1, End: true },
  },
});

async function statusAfter(after: Harness, ms: number, executionArn: string) {
  await after.clock.advance(ms);
  return (await after.describe(executionArn)).status;
}

describe("an endpoint with a journal that is killed and started again", () => {
  it("has its activities, state machines, executions and their histories as they were", async () => {
    await using before = await harness({ journalFolder: newFolder() });
    const arn = await before.activity();
    const machine = await before.machine(approval(arn));
    await before.client.send(
      new UpdateStateMachineCommand({
        stateMachineArn: machine,
        roleArn: "arn:aws:iam::123456789012:role/other",
        publish: true,
      }),
    );
    const execution = await before.start(machine, { commit: "c0ffee" });
    const { taskToken } = await before.take(arn);
    await before.client.send(new SendTaskSuccessCommand({ taskToken, output: '"yes"' }));
    const running = await before.start(machine);
    const left = await leftBy(before.journalFolder);

    await using after = await harness({ journalFolder: left });
    const described = new DescribeStateMachineCommand({ stateMachineArn: machine });
    const { $metadata: _one, ...then } = await before.client.send(described);
    const { $metadata: _two, ...now } = await after.client.send(described);
    expect(now).toEqual(then);
    for (const each of [execution, running])
      expect(await after.history(each)).toEqual(await before.history(each));
    const list = new ListExecutionsCommand({ stateMachineArn: machine });
    expect((await after.client.send(list)).executions).toEqual((await before.client.send(list)).executions);
    expect((await after.describe(execution)).output).toBe('"yes"');
  });

  it("hands out what waited for a worker, once, and takes the answer to what a worker holds", async () => {
    await using before = await harness({ journalFolder: newFolder() });
    const arn = await before.activity();
    const machine = await before.machine(approval(arn));
    const held = await before.start(machine, "held");
    const { taskToken } = await before.take(arn);
    const queued = await before.start(machine, "queued");

    await using after = await harness({ journalFolder: await leftBy(before.journalFolder) });
    await after.client.send(new SendTaskSuccessCommand({ taskToken, output: "1" }));
    expect((await after.describe(held)).status).toBe("SUCCEEDED");
    await expect(after.client.send(new SendTaskHeartbeatCommand({ taskToken }))).rejects.toMatchObject({
      name: "TaskTimedOut",
    });
    const next = await after.take(arn);
    expect(next.input).toContain("queued");
    await after.client.send(new SendTaskSuccessCommand({ taskToken: next.taskToken, output: "2" }));
    expect((await after.describe(queued)).status).toBe("SUCCEEDED");
    expect((await after.history(queued)).filter(({ type }) => type === "ActivityStarted")).toHaveLength(1);
  });

  it("goes on waiting to the same moment; what fell due meanwhile happens at once", async () => {
    await using before = await harness({ journalFolder: newFolder() });
    const soon = await before.start(await before.machine(wait(10), "soon"));
    const later = await before.start(await before.machine(wait(60), "later"));
    const left = await leftBy(before.journalFolder);
    await using after = await harness({ journalFolder: left, startMs: before.clock.now() + 20_000 });
    expect(await statusAfter(after, 0, soon)).toBe("SUCCEEDED");
    expect(await statusAfter(after, 39_999, later)).toBe("RUNNING");
    expect(await statusAfter(after, 1, later)).toBe("SUCCEEDED");
  });

  it("does not count the time in which nobody could send it a heartbeat", async () => {
    await using before = await harness({ journalFolder: newFolder() });
    const arn = await before.activity();
    const execution = await before.start(await before.machine(approval(arn, { HeartbeatSeconds: 30 })));
    const { taskToken } = await before.take(arn);
    await before.clock.advance(20_000);
    await before.client.send(new SendTaskHeartbeatCommand({ taskToken }));
    const left = await leftBy(before.journalFolder);

    await using after = await harness({ journalFolder: left, startMs: before.clock.now() + 24 * 3_600_000 });
    expect(await statusAfter(after, 29_000, execution)).toBe("RUNNING");
    await after.client.send(new SendTaskHeartbeatCommand({ taskToken }));
    // Killed once more, right away: the same time is not given twice.
    await using again = await harness({ journalFolder: await leftBy(left), startMs: after.clock.now() });
    expect(await statusAfter(again, 29_999, execution)).toBe("RUNNING");
    expect(await statusAfter(again, 1, execution)).toBe("FAILED");
  });

  it("keeps messages and their handles", async () => {
    await using before = await harness({ journalFolder: newFolder() });
    const queueUrl = await queueAt(before);
    const machine = await before.machine(sendsMessage(queueUrl));
    await before.start(machine, "one");
    await before.start(machine, "two");
    await before.clock.advance(0);
    using reader = sqsOf(before);
    const { Messages = [] } = await reader.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, VisibilityTimeout: 30 }),
    );
    const [received] = Messages;

    await using after = await harness({ journalFolder: await leftBy(before.journalFolder) });
    using later = sqsOf(after);
    const QueueUrl = queueUrl.replace(before.endpoint.url, after.endpoint.url);
    const others = await later.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    expect(others.Messages).toHaveLength(1);
    await later.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: received?.ReceiptHandle }));
    await after.clock.advance(31_000);
    const all = await later.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    expect(all.Messages?.map(({ Body }) => Body)).toEqual(others.Messages?.map(({ Body }) => Body));
  });

  it("forgets executions 90 days after their end, as AWS does, and lets their names be used again", async () => {
    await using before = await harness({ journalFolder: newFolder() });
    const machine = await before.machine(wait(1));
    const ended = await before.start(machine, {}, "release");
    const running = await before.start(await before.machine(wait(200 * 86_400), "slow"));
    await before.clock.advance(1_000);
    const left = await leftBy(before.journalFolder);
    await using after = await harness({ journalFolder: left, startMs: before.clock.now() + 91 * 86_400_000 });
    await expect(after.describe(ended)).rejects.toMatchObject({ name: "ExecutionDoesNotExist" });
    expect((await after.describe(running)).status).toBe("RUNNING");
    expect(await after.start(machine, {}, "release")).toBe(ended);
  });
});

describe("a journal that is not as it was written", () => {
  it("loses, with a notice, a last line that was cut off at any byte, and nothing else", async () => {
    await using before = await harness({ journalFolder: newFolder() });
    const machine = await before.machine(wait(5));
    const execution = await before.start(machine);
    const whole = await readFile(fileIn(before.journalFolder));
    await before.start(machine, { second: "é😀" });
    const longer = await readFile(fileIn(before.journalFolder));
    for (let length = whole.length; length < longer.length; length += 7) {
      const left = await leftBy(before.journalFolder);
      await writeFile(fileIn(left), longer.subarray(0, length));
      const notices: string[] = [];
      await using after = await harness({
        journalFolder: left,
        log: (level, message) => void (level !== "debug" && notices.push(message)),
      });
      expect(notices.filter((each) => each.includes("not written to its end"))).toHaveLength(
        length > whole.length ? 1 : 0,
      );
      expect((await readFile(fileIn(left))).subarray(0, whole.length).equals(whole)).toBe(true);
      const { executions = [] } = await after.client.send(
        new ListExecutionsCommand({ stateMachineArn: machine }),
      );
      expect(executions.map(({ executionArn }) => executionArn)).toEqual([execution]);
      expect(await statusAfter(after, 5_000, execution)).toBe("SUCCEEDED");
    }
  });

  it("begins anew where not even the first line was finished", async () => {
    const folder = newFolder();
    await mkdir(folder);
    await writeFile(fileIn(folder), '{"jour');
    await using after = await harness({ journalFolder: folder });
    expect(await after.activity()).toContain("po-approval");
  });

  it.each([
    ["is no JSON", "{]", /line 3: .*JSON.*mend the line/s],
    ["is no fact", '"hello"', /line 3: it is no fact/],
    [
      "comes from a later version",
      '{"type":"unheardOf"}',
      /line 3: this version knows no fact of the type "unheardOf"/,
    ],
    [
      "does not fit what came before",
      '{"type":"executionCreated","execution":{"stateMachineArn":"x"}}',
      /line 3: no state machine x/,
    ],
  ])("stops the start and is left alone when a line in it %s", async (_name, line, message) => {
    const folder = newFolder();
    {
      await using before = await harness({ journalFolder: folder });
      await before.activity();
    }
    await appendFile(fileIn(folder), `${line}\n`);
    const { size } = await stat(fileIn(folder));
    const refused = harness({ journalFolder: folder });
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toBeInstanceOf(JournalFault);
    expect((await stat(fileIn(folder))).size).toBe(size);
  });

  it("stops the start when it is another program's file", async () => {
    const folder = newFolder();
    await mkdir(folder);
    await writeFile(fileIn(folder), "Dear diary,\n");
    await expect(harness({ journalFolder: folder })).rejects.toThrow(
      /no journal that this version can read.*Dear diary/s,
    );
  });

  it("belongs to one process at a time, and is free again after a stop", async () => {
    const folder = newFolder();
    const before = await harness({ journalFolder: folder });
    await expect(harness({ journalFolder: folder })).rejects.toThrow(`belongs to the process ${process.pid}`);
    await before[Symbol.asyncDispose]();
    await using after = await harness({ journalFolder: folder });
    expect(after.journalFolder).toBe(folder);
  });

  it("is readable by its owner alone", async () => {
    await using before = await harness({ journalFolder: newFolder() });
    for (const name of ["journal.jsonl", "token-secret"])
      expect((await stat(join(before.journalFolder, name))).mode & 0o077).toBe(0);
  });
});

function sqsOf({ endpoint }: Harness): SQSClient & Disposable {
  const client = new SQSClient({
    endpoint: endpoint.url,
    region: endpoint.region,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  return Object.assign(client, { [Symbol.dispose]: () => client.destroy() });
}

async function queueAt(at: Harness): Promise<string> {
  using client = sqsOf(at);
  return (await client.send(new CreateQueueCommand({ QueueName: "notices" }))).QueueUrl ?? "";
}

const sendsMessage = (QueueUrl: string) => ({
  StartAt: "Send",
  States: {
    Send: {
      Type: "Task",
      Resource: "arn:aws:states:::sqs:sendMessage",
      Parameters: { QueueUrl, "MessageBody.$": "$" },
      End: true,
    },
  },
});
