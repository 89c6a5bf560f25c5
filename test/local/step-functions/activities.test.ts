import {
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { approval, harness, outline, until } from "./harness.ts";

const output = JSON.stringify({ decision: "approved" });

describe("an activity's history", () => {
  it("is numbered as AWS numbers it", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const execution = await sfn.start(await sfn.machine(approval(arn)), { Value1: "HelloWorld" });
    const task = await sfn.poll(arn, "worker-1");
    expect(task.input).toBe('{"Value1":"HelloWorld"}');
    await sfn.client.send(new SendTaskSuccessCommand({ taskToken: task.taskToken, output }));
    const events = await sfn.history(execution);
    expect(outline(events)).toEqual([
      [1, 0, "ExecutionStarted"],
      [2, 0, "TaskStateEntered"],
      [3, 2, "ActivityScheduled"],
      [4, 3, "ActivityStarted"],
      [5, 4, "ActivitySucceeded"],
      [6, 5, "TaskStateExited"],
      [7, 6, "ExecutionSucceeded"],
    ]);
    expect(events[2]?.activityScheduledEventDetails).toEqual({
      resource: arn,
      input: '{"Value1":"HelloWorld"}',
      inputDetails: { truncated: false },
    });
    expect(events[3]?.activityStartedEventDetails).toEqual({ workerName: "worker-1" });
    expect(events[4]?.activitySucceededEventDetails).toEqual({ output, outputDetails: { truncated: false } });
    expect((await sfn.describe(execution)).output).toBe(output);
  });

  it("shows the timeouts that the state declares", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const execution = await sfn.start(
      await sfn.machine(approval(arn, { TimeoutSeconds: 60, HeartbeatSeconds: 10 })),
    );
    const details = (await sfn.history(execution))[2]?.activityScheduledEventDetails;
    expect(details).toMatchObject({ timeoutInSeconds: 60, heartbeatInSeconds: 10 });
  });

  it("ends with the worker's error and cause when the worker fails", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const execution = await sfn.start(await sfn.machine(approval(arn)));
    const { taskToken } = await sfn.take(arn);
    const cause = "The code is buggy and it will unstablize the production";
    await sfn.client.send(new SendTaskFailureCommand({ taskToken, error: "RejectedByUser", cause }));
    expect(await sfn.describe(execution)).toMatchObject({ status: "FAILED", error: "RejectedByUser", cause });
    expect(outline(await sfn.history(execution)).slice(4)).toEqual([
      [5, 4, "ActivityFailed"],
      [6, 5, "ExecutionFailed"],
    ]);
  });

  it("has no ActivityScheduled when the activity does not exist", async () => {
    await using sfn = await harness();
    const arn = "arn:aws:states:us-east-1:123456789012:activity:gone";
    const execution = await sfn.start(await sfn.machine(approval(arn)));
    expect(outline(await sfn.history(execution)).slice(1)).toEqual([
      [2, 0, "TaskStateEntered"],
      [3, 2, "ExecutionFailed"],
    ]);
    const head = "An error occurred while executing the state 'Approve' (entered at the event id #2).";
    const cause = `${head} The activity ${arn} does not exist.`;
    expect(await sfn.describe(execution)).toMatchObject({ error: "States.Runtime", cause });
  });
});

describe("polling", () => {
  it("holds an empty poll for 60 s and then answers without a token", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    let answered = false;
    const poll = sfn.poll(arn).finally(() => (answered = true));
    await sfn.untilPolling(arn);
    await sfn.clock.advance(59_999);
    expect(answered).toBe(false);
    expect(sfn.endpoint.openPolls(arn)).toBe(1);
    await sfn.clock.advance(1);
    const task = await poll;
    expect(task.taskToken).toBeUndefined();
    expect(task.input).toBeUndefined();
  });

  it("gives a waiting poll the task at the moment at which it is scheduled", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const machine = await sfn.machine(approval(arn));
    const poll = sfn.poll(arn);
    await sfn.untilPolling(arn);
    await sfn.start(machine, "Code build complete!");
    expect((await poll).input).toBe('"Code build complete!"');
  });

  it("hands every task to exactly one of many pollers, first in, first out", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const machine = await sfn.machine(approval(arn));
    for (let n = 0; n < 20; n += 1) await sfn.start(machine, { n });
    const inputs: unknown[] = [];
    for (let n = 0; n < 10; n += 1) inputs.push(JSON.parse((await sfn.take(arn)).input));
    expect(inputs).toEqual(Array.from({ length: 10 }, (_, n) => ({ n })));

    const polls = Array.from({ length: 30 }, () => sfn.poll(arn));
    await sfn.untilPolling(arn, 20);
    for (let n = 20; n < 40; n += 1) await sfn.start(machine, { n });
    const tasks = await Promise.all(polls);
    const numbers = tasks.map(({ input }) => (JSON.parse(input ?? "null") as { n: number }).n);
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, n) => n + 10));
    expect(new Set(tasks.map(({ taskToken }) => taskToken)).size).toBe(30);
  });

  it("loses the token for good when the reply to a poll is lost", async () => {
    let drop = true;
    await using sfn = await harness({
      faults: ({ operation }) =>
        operation === "GetActivityTask" && drop ? { kind: "dropReply" } : undefined,
    });
    const arn = await sfn.activity();
    const execution = await sfn.start(await sfn.machine(approval(arn, { TimeoutSeconds: 100 })));
    await expect(sfn.poll(arn, "unlucky")).rejects.toThrow();
    drop = false;
    const second = sfn.poll(arn);
    await sfn.untilPolling(arn);
    await sfn.clock.advance(60_000);
    expect((await second).taskToken).toBeUndefined();
    expect((await sfn.history(execution)).at(-1)?.activityStartedEventDetails?.workerName).toBe("unlucky");
    await sfn.clock.advance(40_000);
    expect(await sfn.describe(execution)).toMatchObject({ status: "FAILED", error: "States.Timeout" });
  });

  it("refuses the 1,001st poll of an activity with ActivityWorkerLimitExceeded", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const polls = Promise.allSettled(Array.from({ length: 1_000 }, () => sfn.poll(arn)));
    await until(() => sfn.endpoint.openPolls(arn) === 1_000);
    await expect(sfn.poll(arn)).rejects.toMatchObject({ name: "ActivityWorkerLimitExceeded" });
    await sfn.clock.advance(60_000);
    expect((await polls).every(({ status }) => status === "fulfilled")).toBe(true);
  });

  it("refuses an activity that does not exist, and what is no ARN", async () => {
    await using sfn = await harness();
    const arn = "arn:aws:states:us-east-1:123456789012:activity:none";
    await expect(sfn.poll(arn)).rejects.toMatchObject({
      name: "ActivityDoesNotExist",
      message: `Activity Does Not Exist: '${arn}'`,
    });
    await expect(sfn.poll("no_an_activity_arn")).rejects.toMatchObject({
      name: "InvalidArn",
      message: "Invalid Arn: 'Invalid ARN prefix: no_an_activity_arn'",
    });
  });

  it("answers open and new polls empty at once when they are released, and hands out nothing any more", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const machine = await sfn.machine(approval(arn));
    const open = sfn.poll(arn);
    await sfn.untilPolling(arn);
    sfn.endpoint.releasePolls();
    expect((await open).taskToken).toBeUndefined();
    await sfn.start(machine);
    expect((await sfn.poll(arn)).taskToken).toBeUndefined();
    expect(sfn.clock.pending).toBe(0);
  });

  it("ends open polls when the endpoint closes", async () => {
    const sfn = await harness();
    const arn = await sfn.activity();
    const poll = sfn.poll(arn).catch(() => "ended");
    await sfn.untilPolling(arn);
    await sfn.endpoint.close();
    expect(await poll).toBe("ended");
    expect(sfn.clock.pending).toBe(0);
    await sfn[Symbol.asyncDispose]();
  });
});

describe("answering", () => {
  const calls = {
    SendTaskSuccess: (taskToken: string) => new SendTaskSuccessCommand({ taskToken, output }),
    SendTaskFailure: (taskToken: string) => new SendTaskFailureCommand({ taskToken, error: "No" }),
    SendTaskHeartbeat: (taskToken: string) => new SendTaskHeartbeatCommand({ taskToken }),
  };
  const closed = { name: "TaskTimedOut", message: "Task Timed Out: 'Provided task does not exist anymore'" };

  it.each(Object.entries(calls))("%s after the first answer is told TaskTimedOut", async (_, command) => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const execution = await sfn.start(await sfn.machine(approval(arn)));
    const { taskToken } = await sfn.take(arn);
    await sfn.client.send(calls.SendTaskSuccess(taskToken));
    await expect(sfn.client.send(command(taskToken) as SendTaskHeartbeatCommand)).rejects.toMatchObject(
      closed,
    );
    expect(await sfn.history(execution)).toHaveLength(7);
  });

  it.each(Object.entries(calls))("%s with junk for a token is told InvalidToken", async (_, command) => {
    await using sfn = await harness();
    for (const junk of ["junk", "AAAA", "x".repeat(2_048), "é=="]) {
      await expect(sfn.client.send(command(junk) as SendTaskHeartbeatCommand)).rejects.toMatchObject({
        name: "InvalidToken",
        message: "Invalid Token: 'Invalid token'",
      });
    }
  });

  it.each(Object.entries(calls))("%s after StopExecution is told TaskTimedOut", async (_, command) => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const executionArn = await sfn.start(await sfn.machine(approval(arn)));
    const { taskToken } = await sfn.take(arn);
    await sfn.client.send(
      new StopExecutionCommand({ executionArn, error: "Superseded", cause: "a newer commit" }),
    );
    await expect(sfn.client.send(command(taskToken) as SendTaskHeartbeatCommand)).rejects.toMatchObject(
      closed,
    );
    expect(await sfn.describe(executionArn)).toMatchObject({
      status: "ABORTED",
      error: "Superseded",
      cause: "a newer commit",
    });
  });

  it("issues tokens that look like AWS's: base64, long, at most 2,048 characters", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    await sfn.start(await sfn.machine(approval(arn)));
    const { taskToken } = await sfn.take(arn);
    expect(taskToken).toMatch(/^[A-Za-z0-9+/=]{256,2048}$/);
  });

  it("takes an output of 262,144 bytes, emoji and NUL included, and refuses one byte more", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const machine = await sfn.machine(approval(arn));
    const text = (bytes: number) => {
      const head = "\u0000🎉";
      return JSON.stringify(head + "a".repeat(bytes - Buffer.byteLength(JSON.stringify(head))));
    };
    const execution = await sfn.start(machine);
    const { taskToken } = await sfn.take(arn);
    const tooLarge = new SendTaskSuccessCommand({ taskToken, output: text(262_145) });
    await expect(sfn.client.send(tooLarge)).rejects.toMatchObject({ name: "InvalidOutput" });
    await sfn.client.send(new SendTaskSuccessCommand({ taskToken, output: text(262_144) }));
    expect((await sfn.describe(execution)).output).toBe(text(262_144));
  });

  it("refuses an output that is no JSON with InvalidOutput, and an error or cause that is too long", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    await sfn.start(await sfn.machine(approval(arn)));
    const { taskToken } = await sfn.take(arn);
    const send = (command: SendTaskFailureCommand) => sfn.client.send(command);
    await expect(
      sfn.client.send(new SendTaskSuccessCommand({ taskToken, output: "nope" })),
    ).rejects.toMatchObject({
      name: "InvalidOutput",
    });
    await expect(
      send(new SendTaskFailureCommand({ taskToken, error: "e".repeat(257) })),
    ).rejects.toMatchObject({
      name: "ValidationException",
      message:
        "1 validation error detected: Value at 'error' failed to satisfy constraint: Member must have length less than or equal to 256",
    });
    await expect(send(new SendTaskFailureCommand({ taskToken, cause: "c".repeat(32_769) }))).rejects.toThrow(
      "32768",
    );
    await send(new SendTaskFailureCommand({ taskToken, error: "e".repeat(256), cause: "c".repeat(32_768) }));
  });
});
