import { SendTaskHeartbeatCommand, SendTaskSuccessCommand } from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { approval, harness, outline, type Harness } from "./harness.ts";

async function waitingTask(sfn: Harness, more: object) {
  const arn = await sfn.activity();
  const execution = await sfn.start(await sfn.machine(approval(arn, more)));
  return { arn, execution, ...(await sfn.take(arn)) };
}

const beat = (taskToken: string) => new SendTaskHeartbeatCommand({ taskToken });
const closed = { name: "TaskTimedOut" };

describe("TimeoutSeconds of a task", () => {
  it("runs from the moment at which the token is handed out, and ends the execution FAILED with States.Timeout", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const execution = await sfn.start(await sfn.machine(approval(arn, { TimeoutSeconds: 10 })));
    await sfn.clock.advance(3_600_000);
    expect((await sfn.describe(execution)).status).toBe("RUNNING");
    const { taskToken } = await sfn.take(arn);
    await sfn.clock.advance(9_999);
    expect((await sfn.describe(execution)).status).toBe("RUNNING");
    await sfn.clock.advance(1);
    const ended = await sfn.describe(execution);
    expect(ended).toMatchObject({ status: "FAILED", error: "States.Timeout" });
    expect(ended.cause).toBeUndefined();
    const events = await sfn.history(execution);
    expect(outline(events).slice(3)).toEqual([
      [4, 3, "ActivityStarted"],
      [5, 4, "ActivityTimedOut"],
      [6, 5, "ExecutionFailed"],
    ]);
    expect(events[4]?.activityTimedOutEventDetails).toEqual({ error: "States.Timeout" });
    await expect(sfn.client.send(beat(taskToken))).rejects.toMatchObject(closed);
  });

  it("cannot be extended by heartbeats", async () => {
    await using sfn = await harness();
    const { execution, taskToken } = await waitingTask(sfn, { TimeoutSeconds: 10, HeartbeatSeconds: 6 });
    await sfn.clock.advance(5_000);
    await sfn.client.send(beat(taskToken));
    await sfn.clock.advance(5_000);
    expect(await sfn.describe(execution)).toMatchObject({ status: "FAILED", error: "States.Timeout" });
  });

  it("never fires for an activity that nobody polls; only the machine's own timeout does", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const definition = {
      ...approval(arn, { TimeoutSeconds: 1, HeartbeatSeconds: undefined }),
      TimeoutSeconds: 500,
    };
    const execution = await sfn.start(await sfn.machine(definition));
    await sfn.clock.advance(499_999);
    expect((await sfn.describe(execution)).status).toBe("RUNNING");
    await sfn.clock.advance(1);
    const ended = await sfn.describe(execution);
    expect([ended.status, ended.error, ended.cause]).toEqual(["TIMED_OUT", undefined, undefined]);
    expect((await sfn.history(execution)).at(-1)).toMatchObject({
      type: "ExecutionTimedOut",
      previousEventId: 0,
      executionTimedOutEventDetails: { error: "States.Timeout" },
    });
    const late = sfn.poll(arn);
    await sfn.untilPolling(arn);
    await sfn.clock.advance(60_000);
    expect((await late).taskToken).toBeUndefined();
  });

  it("can come from the input", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const paths = { TimeoutSecondsPath: "$.limits.timeout", HeartbeatSecondsPath: "$.limits.beat" };
    const machine = await sfn.machine(approval(arn, paths));
    const execution = await sfn.start(machine, { limits: { timeout: 20, beat: 5 } });
    await sfn.take(arn);
    expect((await sfn.history(execution))[2]?.activityScheduledEventDetails).toMatchObject({
      timeoutInSeconds: 20,
      heartbeatInSeconds: 5,
    });
    await sfn.clock.advance(5_000);
    expect((await sfn.describe(execution)).error).toBe("States.Timeout");
    const wrong = await sfn.start(machine, {});
    expect((await sfn.describe(wrong)).cause).toContain(
      "Invalid path '$.limits.timeout' : Missing property in path $['limits']",
    );
  });
});

describe("HeartbeatSeconds of a task", () => {
  it("ends a task whose worker is silent, recorded as States.Timeout", async () => {
    await using sfn = await harness();
    const { execution, taskToken } = await waitingTask(sfn, { HeartbeatSeconds: 3 });
    await sfn.clock.advance(3_000);
    expect(await sfn.describe(execution)).toMatchObject({ status: "FAILED", error: "States.Timeout" });
    await expect(sfn.client.send(beat(taskToken))).rejects.toMatchObject(closed);
  });

  it("is met by a heartbeat in time, again and again, and leaves no trace in history", async () => {
    await using sfn = await harness();
    const { execution, taskToken } = await waitingTask(sfn, { HeartbeatSeconds: 3 });
    for (let n = 0; n < 5; n += 1) {
      await sfn.clock.advance(2_999);
      await sfn.client.send(beat(taskToken));
    }
    await sfn.client.send(new SendTaskSuccessCommand({ taskToken, output: "{}" }));
    expect((await sfn.describe(execution)).status).toBe("SUCCEEDED");
    expect(await sfn.history(execution)).toHaveLength(7);
    expect(sfn.clock.pending).toBe(0);
  });

  it("need not be declared for a heartbeat to be accepted", async () => {
    await using sfn = await harness();
    const { execution, taskToken } = await waitingTask(sfn, {});
    await sfn.clock.advance(86_400_000);
    await sfn.client.send(beat(taskToken));
    expect((await sfn.describe(execution)).status).toBe("RUNNING");
  });
});

describe("Retry and Catch of a timeout", () => {
  it("Retry issues a new token and enters the state no second time", async () => {
    await using sfn = await harness();
    const Retry = [{ ErrorEquals: ["States.Timeout"], IntervalSeconds: 5, MaxAttempts: 1 }];
    const first = await waitingTask(sfn, { TimeoutSeconds: 10, Retry });
    await sfn.clock.advance(10_000);
    await expect(sfn.client.send(beat(first.taskToken))).rejects.toMatchObject(closed);
    const second = sfn.poll(first.arn);
    await sfn.untilPolling(first.arn);
    await sfn.clock.advance(4_999);
    expect(sfn.endpoint.openPolls(first.arn)).toBe(1);
    await sfn.clock.advance(1);
    const { taskToken } = await second;
    expect(taskToken).not.toBe(first.taskToken);
    await sfn.client.send(new SendTaskSuccessCommand({ taskToken, output: "{}" }));
    expect(outline(await sfn.history(first.execution)).slice(3)).toEqual([
      [4, 3, "ActivityStarted"],
      [5, 4, "ActivityTimedOut"],
      [6, 5, "ActivityScheduled"],
      [7, 6, "ActivityStarted"],
      [8, 7, "ActivitySucceeded"],
      [9, 8, "TaskStateExited"],
      [10, 9, "ExecutionSucceeded"],
    ]);
  });

  it("tells the retry's number in the context object", async () => {
    await using sfn = await harness();
    const Retry = [{ ErrorEquals: ["States.ALL"], MaxAttempts: 1 }];
    const Parameters = {
      "retry.$": "$$.State.RetryCount",
      "state.$": "$$.State.Name",
      "arn.$": "$$.Execution.Id",
    };
    const first = await waitingTask(sfn, { HeartbeatSeconds: 3, Retry, Parameters });
    expect(JSON.parse(first.input)).toEqual({ retry: 0, state: "Approve", arn: first.execution });
    await sfn.clock.advance(4_000);
    expect(JSON.parse((await sfn.take(first.arn)).input)).toMatchObject({ retry: 1 });
  });

  it.each([
    ["States.HeartbeatTimeout", { HeartbeatSeconds: 3 }, "SUCCEEDED"],
    ["States.Timeout", { HeartbeatSeconds: 3 }, "SUCCEEDED"],
    ["States.HeartbeatTimeout", { TimeoutSeconds: 3 }, "FAILED"],
    ["States.TaskFailed", { TimeoutSeconds: 3 }, "FAILED"],
    ["States.ALL", { TimeoutSeconds: 3 }, "SUCCEEDED"],
  ])("Catch of %s with %o ends %s", async (name, limits, status) => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const States = {
      Approve: {
        Type: "Task",
        Resource: arn,
        ...limits,
        Catch: [{ ErrorEquals: [name], ResultPath: "$.problem", Next: "Halt" }],
        End: true,
      },
      Halt: { Type: "Succeed" },
    };
    const execution = await sfn.start(await sfn.machine({ StartAt: "Approve", States }), { commit: "abc" });
    await sfn.take(arn);
    await sfn.clock.advance(3_000);
    const ended = await sfn.describe(execution);
    expect(ended.status).toBe(status);
    if (status === "SUCCEEDED") {
      const problem = { Error: "States.Timeout", Cause: "" };
      expect(JSON.parse(ended.output ?? "")).toEqual({ commit: "abc", problem });
    }
  });
});
