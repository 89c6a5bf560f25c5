import { SendTaskSuccessCommand, StopExecutionCommand, type SFNClient } from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { approval, harness, outline } from "./harness.ts";
import { settled, task } from "./service-tasks.ts";

const start = "arn:aws:states:::states:startExecution";
const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/u;
const child = { StartAt: "A", States: { A: { Type: "Pass", Result: { done: true }, End: true } } };

describe("aws-sdk:sfn", () => {
  const call = (action: string, Parameters: object) =>
    task(`arn:aws:states:::aws-sdk:sfn:${action}`, Parameters);

  it("answers the task of another execution, and keeps it alive before", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const asked = await sfn.start(await sfn.machine(approval(arn, { HeartbeatSeconds: 60 })));
    const { taskToken: TaskToken } = await sfn.take(arn);
    await sfn.clock.advance(50_000);
    const beats = await sfn.start(await sfn.machine(call("sendTaskHeartbeat", { TaskToken }), "beats"));
    expect(await settled(sfn, beats)).toMatchObject({ status: "SUCCEEDED", output: "{}" });
    await sfn.clock.advance(50_000);
    const answer = await sfn.machine(call("sendTaskSuccess", { TaskToken, Output: '"yes"' }), "answer");
    expect((await settled(sfn, await sfn.start(answer))).status).toBe("SUCCEEDED");
    expect(await sfn.describe(asked)).toMatchObject({ status: "SUCCEEDED", output: '"yes"' });
    expect(await settled(sfn, await sfn.start(answer))).toMatchObject({
      status: "FAILED",
      error: "Sfn.TaskTimedOutException",
    });
  });

  it("refuses an output that is no JSON, and a token that nobody issued", async () => {
    await using sfn = await harness();
    const failing = async (parameters: object) => {
      const name = `machine-${JSON.stringify(parameters).length}`;
      const machine = await sfn.machine(call("sendTaskSuccess", parameters), name);
      return (await settled(sfn, await sfn.start(machine))).error;
    };
    expect(await failing({ TaskToken: "bm9uZQ==", Output: "yes" })).toBe("Sfn.InvalidOutputException");
    expect(await failing({ TaskToken: "bm9uZQ==", Output: '"yes"' })).toBe("Sfn.InvalidTokenException");
  });

  it("shows dates as texts and errors as the SDK has them, unlike the optimized integration", async () => {
    await using sfn = await harness({ startMs: Date.UTC(2026, 0, 1, 0, 0, 3) });
    const StateMachineArn = await sfn.machine(child, "child");
    const run = async (resource: string, parameters: object, name: string) =>
      settled(sfn, await sfn.start(await sfn.machine(task(resource, parameters), name)));
    const sdk = "arn:aws:states:::aws-sdk:sfn:startExecution";
    expect(JSON.parse((await run(sdk, { StateMachineArn }, "sdk")).output ?? "")).toMatchObject({
      StartDate: "2026-01-01T00:00:03.000Z",
    });
    expect(JSON.parse((await run(start, { StateMachineArn }, "own")).output ?? "")).toMatchObject({
      StartDate: Date.UTC(2026, 0, 1, 0, 0, 3),
    });
    const missing = { StateMachineArn: `${StateMachineArn}-missing` };
    const text = `State Machine Does Not Exist: '${missing.StateMachineArn}'`;
    const { error, cause } = await run(sdk, missing, "sdk-missing");
    expect(error).toBe("Sfn.StateMachineDoesNotExistException");
    expect(cause?.replace(uuid, "ID")).toBe(`${text} (Service: Sfn, Status Code: 400, Request ID: ID)`);
    const optimized = await run(start, missing, "own-missing");
    expect(optimized.cause?.replace(uuid, "ID")).toBe(
      `${text} (Service: AWSStepFunctions; Status Code: 400; Error Code: StateMachineDoesNotExist; Request ID: ID; Proxy: null)`,
    );
  });
});

describe("states:startExecution", () => {
  it("starts and goes on at once", async () => {
    await using sfn = await harness();
    const waiting = { StartAt: "W", States: { W: { Type: "Wait", Seconds: 60, End: true } } };
    const StateMachineArn = await sfn.machine(waiting, "child");
    const parent = await sfn.machine(task(start, { StateMachineArn, Input: { a: 1 }, Name: "one" }));
    const { output } = await settled(sfn, await sfn.start(parent));
    const { ExecutionArn } = JSON.parse(output ?? "") as { ExecutionArn: string };
    expect(await sfn.describe(ExecutionArn)).toMatchObject({
      status: "RUNNING",
      input: '{"a":1}',
      name: "one",
    });
  });

  it.each([
    ["sync", '{"done":true}'],
    ["sync:2", { done: true }],
  ])("with .%s waits for the end", async (suffix, Output) => {
    await using sfn = await harness();
    const StateMachineArn = await sfn.machine(child, "child");
    const execution = await sfn.start(await sfn.machine(task(`${start}.${suffix}`, { StateMachineArn })));
    const { output } = await settled(sfn, execution);
    expect(JSON.parse(output ?? "")).toMatchObject({ Status: "SUCCEEDED", Output, StateMachineArn });
    expect(outline(await sfn.history(execution)).slice(2)).toEqual([
      [3, 2, "TaskScheduled"],
      [4, 3, "TaskStarted"],
      [5, 4, "TaskSubmitted"],
      [6, 5, "TaskSucceeded"],
      [7, 6, "TaskStateExited"],
      [8, 7, "ExecutionSucceeded"],
    ]);
  });

  it("with .sync fails with States.TaskFailed when the other fails, and tells its end in the cause", async () => {
    await using sfn = await harness();
    const failing = { StartAt: "F", States: { F: { Type: "Fail", Error: "E", Cause: "C" } } };
    const StateMachineArn = await sfn.machine(failing, "child");
    const Catch = [{ ErrorEquals: ["States.TaskFailed"], Next: "C" }];
    const States = {
      T: { Type: "Task", Resource: `${start}.sync:2`, Parameters: { StateMachineArn }, Catch, End: true },
      C: { Type: "Pass", Parameters: { "child.$": "States.StringToJson($.Cause)" }, End: true },
    };
    const { output } = await settled(sfn, await sfn.start(await sfn.machine({ StartAt: "T", States })));
    expect(JSON.parse(output ?? "")).toMatchObject({ child: { Status: "FAILED", Error: "E", Cause: "C" } });
  });

  it("with .waitForTaskToken waits for whoever the token was handed to", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const StateMachineArn = await sfn.machine(approval(arn), "child");
    const Parameters = { StateMachineArn, Input: { "token.$": "$$.Task.Token" } };
    const execution = await sfn.start(await sfn.machine(task(`${start}.waitForTaskToken`, Parameters)));
    const { token } = JSON.parse((await sfn.take(arn)).input) as { token: string };
    await sfn.client.send(new SendTaskSuccessCommand({ taskToken: token, output: '"yes"' }));
    expect((await sfn.describe(execution)).output).toBe('"yes"');
  });

  it("with .sync stops the other when it is stopped itself", async () => {
    await using sfn = await harness();
    const waiting = { StartAt: "W", States: { W: { Type: "Wait", Seconds: 60, End: true } } };
    const StateMachineArn = await sfn.machine(waiting, "child");
    const Parameters = { StateMachineArn, Name: "one" };
    const parent = await sfn.start(await sfn.machine(task(`${start}.sync`, Parameters)));
    await sfn.clock.advance(0);
    const running = `${StateMachineArn.replace(":stateMachine:", ":execution:")}:one`;
    expect((await sfn.describe(running)).status).toBe("RUNNING");
    await stop(sfn.client, parent);
    expect((await sfn.describe(running)).status).toBe("ABORTED");
    expect(sfn.clock.pending).toBe(0);
  });

  it("with .sync stops the other when the task times out, or a branch beside it fails", async () => {
    await using sfn = await harness();
    const reviewers = await sfn.activity("reviewers");
    const StateMachineArn = await sfn.machine(approval(reviewers), "child");
    const nested = (name: string, more: object = {}) =>
      task(`${start}.sync`, { StateMachineArn, Name: name }, more);
    const later = {
      StartAt: "W",
      States: { W: { Type: "Wait", Seconds: 20, Next: "F" }, F: { Type: "Fail" } },
    };
    const Catch = [{ ErrorEquals: ["States.ALL"], Next: "Else" }];
    const States = {
      Both: { Type: "Parallel", Branches: [nested("beside"), later], Catch, End: true },
      Else: { Type: "Wait", Seconds: 1_000, End: true },
    };
    const timed = await sfn.start(await sfn.machine(nested("timed", { TimeoutSeconds: 10 }), "timed"));
    const parallel = await sfn.start(await sfn.machine({ StartAt: "Both", States }, "parallel"));
    const tokens = [await sfn.take(reviewers), await sfn.take(reviewers)];
    const childOf = (name: string) =>
      sfn.describe(`${StateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`);
    await sfn.clock.advance(9_000);
    expect([(await childOf("timed")).status, (await childOf("beside")).status]).toEqual([
      "RUNNING",
      "RUNNING",
    ]);
    await sfn.clock.advance(1_000);
    expect([(await childOf("timed")).status, (await childOf("beside")).status]).toEqual([
      "ABORTED",
      "RUNNING",
    ]);
    expect(await sfn.describe(timed)).toMatchObject({ status: "FAILED", error: "States.Timeout" });
    await sfn.clock.advance(10_000);
    expect((await childOf("beside")).status).toBe("ABORTED");
    expect((await sfn.describe(parallel)).status).toBe("RUNNING");
    for (const { taskToken } of tokens) {
      const late = sfn.client.send(new SendTaskSuccessCommand({ taskToken, output: "{}" }));
      await expect(late).rejects.toMatchObject({ name: "TaskTimedOut" });
    }
  });

  it("lets a machine start itself without end, and the endpoint answers all the same", async () => {
    await using sfn = await harness();
    const arn = "arn:aws:states:us-east-1:123456789012:stateMachine:deploy";
    const machine = await sfn.machine(task(start, { StateMachineArn: arn }));
    const execution = await sfn.start(machine);
    expect((await settled(sfn, execution)).status).toBe("SUCCEEDED");
  });

  it("refuses a second execution of the name with AWS's error", async () => {
    await using sfn = await harness();
    const StateMachineArn = await sfn.machine(child, "child");
    await sfn.start(StateMachineArn, {}, "taken");
    const parent = await sfn.machine(task(`${start}.sync`, { StateMachineArn, Name: "taken" }));
    const execution = await sfn.start(parent);
    expect(await settled(sfn, execution)).toMatchObject({
      error: "StepFunctions.ExecutionAlreadyExistsException",
      cause: expect.stringContaining("Execution Already Exists: '") as string,
    });
    expect((await sfn.history(execution)).map(({ type }) => type)).toContain("TaskSubmitFailed");
  });
});

describe("other services", () => {
  it("fail the state with a text that names what is missing, and can be caught", async () => {
    await using sfn = await harness();
    const Catch = [{ ErrorEquals: ["States.TaskFailed"], Next: "C" }];
    const States = {
      T: { Type: "Task", Resource: "arn:aws:states:::dynamodb:putItem", Parameters: {}, Catch, End: true },
      C: { Type: "Pass", End: true },
    };
    const { output } = await settled(sfn, await sfn.start(await sfn.machine({ StartAt: "T", States })));
    expect(output).toContain("'dynamodb:putItem' is not supported");
  });

  it("are not called any more when the execution has been stopped before", async () => {
    let called = 0;
    await using sfn = await harness({ functions: { slow: () => (called += 1) } });
    const execution = await sfn.start(
      await sfn.machine({
        StartAt: "W",
        States: {
          W: { Type: "Wait", Seconds: 1, Next: "T" },
          T: { Type: "Task", Resource: "arn:aws:lambda:us-east-1:1:function:slow", End: true },
        },
      }),
    );
    await stop(sfn.client, execution);
    await sfn.clock.advance(2_000);
    expect(called).toBe(0);
  });
});

function stop(client: SFNClient, executionArn: string) {
  return client.send(new StopExecutionCommand({ executionArn }));
}
