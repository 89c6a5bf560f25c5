import {
  GetExecutionHistoryCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { harness, outline } from "./harness.ts";

/** Runs a machine that waits for nobody; answers what DescribeExecution says. */
async function run(definition: object, input: unknown = {}) {
  await using sfn = await harness();
  const execution = await sfn.start(await sfn.machine(definition), input);
  const { status, output, error, cause } = await sfn.describe(execution);
  return { status, output: output === undefined ? undefined : (JSON.parse(output) as unknown), error, cause };
}

const one = (state: object) => ({ StartAt: "Only", States: { Only: { End: true, ...state } } });

describe("build → approve → deploy | halt", () => {
  const definition = (arn: string) => ({
    StartAt: "Build",
    States: {
      Build: { Type: "Pass", Result: { built: true }, ResultPath: "$.build", Next: "Approve" },
      Approve: {
        Type: "Task",
        Resource: arn,
        ResultPath: "$.approval",
        Catch: [{ ErrorEquals: ["RejectedByUser"], ResultPath: "$.rejection", Next: "Halt" }],
        Next: "Approved?",
      },
      "Approved?": {
        Type: "Choice",
        Choices: [{ Variable: "$.approval.decision", StringEquals: "approved", Next: "Deploy" }],
        Default: "Halt",
      },
      Deploy: { Type: "Succeed" },
      Halt: { Type: "Fail", Error: "Halted", CausePath: "$.rejection.Cause" },
    },
  });

  it("deploys what is approved", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const execution = await sfn.start(await sfn.machine(definition(arn)), { commit: "abc" });
    const { taskToken } = await sfn.take(arn);
    await sfn.client.send(new SendTaskSuccessCommand({ taskToken, output: '{"decision":"approved"}' }));
    const { status, output } = await sfn.describe(execution);
    expect(status).toBe("SUCCEEDED");
    expect(JSON.parse(output ?? "")).toEqual({
      commit: "abc",
      build: { built: true },
      approval: { decision: "approved" },
    });
    expect((await sfn.history(execution)).map(({ type }) => type)).toContain("ChoiceStateExited");
  });

  it("halts what is rejected, with the reviewer's words", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const execution = await sfn.start(await sfn.machine(definition(arn)), { commit: "abc" });
    const { taskToken } = await sfn.take(arn);
    await sfn.client.send(new SendTaskFailureCommand({ taskToken, error: "RejectedByUser", cause: "buggy" }));
    expect(await sfn.describe(execution)).toMatchObject({
      status: "FAILED",
      error: "Halted",
      cause: "buggy",
    });
    expect(outline(await sfn.history(execution)).slice(6)).toEqual([
      [7, 6, "ActivityFailed"],
      [8, 7, "TaskStateExited"],
      [9, 8, "FailStateEntered"],
      [10, 9, "ExecutionFailed"],
    ]);
  });
});

describe("Retry", () => {
  it("waits longer each time, up to MaxDelaySeconds, and gives up after MaxAttempts", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const Retry = [
      { ErrorEquals: ["Flaky"], IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 10, MaxAttempts: 3 },
    ];
    const definition = { StartAt: "Try", States: { Try: { Type: "Task", Resource: arn, Retry, End: true } } };
    const execution = await sfn.start(await sfn.machine(definition));
    for (const delay of [2_000, 6_000, 10_000]) {
      const { taskToken } = await sfn.take(arn);
      await sfn.client.send(new SendTaskFailureCommand({ taskToken, error: "Flaky" }));
      await sfn.clock.advance(delay - 1);
      expect((await sfn.history(execution)).at(-1)?.type).toBe("ActivityFailed");
      await sfn.clock.advance(1);
      expect((await sfn.history(execution)).at(-1)?.type).toBe("ActivityScheduled");
    }
    const { taskToken } = await sfn.take(arn);
    await sfn.client.send(new SendTaskFailureCommand({ taskToken, error: "Flaky", cause: "again" }));
    expect(await sfn.describe(execution)).toMatchObject({ status: "FAILED", error: "Flaky", cause: "again" });
  });
});

describe("Wait", () => {
  const start = Date.UTC(2026, 0, 1);
  it.each([
    ["Seconds", { Seconds: 30 }],
    ["SecondsPath", { SecondsPath: "$.seconds" }],
    ["Timestamp", { Timestamp: new Date(start + 30_000).toISOString() }],
    ["TimestampPath", { TimestampPath: "$.until" }],
  ])("%s holds the execution until the moment", async (_, fields) => {
    await using sfn = await harness();
    const input = { seconds: 30, until: new Date(start + 30_000).toISOString() };
    const execution = await sfn.start(await sfn.machine(one({ Type: "Wait", ...fields })), input);
    await sfn.clock.advance(29_999);
    expect((await sfn.describe(execution)).status).toBe("RUNNING");
    await sfn.clock.advance(1);
    expect((await sfn.describe(execution)).status).toBe("SUCCEEDED");
  });

  it("goes on at once when the moment has passed", async () => {
    expect(await run(one({ Type: "Wait", Timestamp: "2016-03-14T01:59:00Z" }))).toMatchObject({
      status: "SUCCEEDED",
    });
  });
});

describe("Choice", () => {
  const choose = (rule: object) => ({
    StartAt: "Choose",
    States: {
      Choose: { Type: "Choice", Choices: [{ ...rule, Next: "Yes" }], Default: "No" },
      Yes: { Type: "Pass", Result: "yes", End: true },
      No: { Type: "Pass", Result: "no", End: true },
    },
  });

  it.each([
    [
      {
        And: [
          { Variable: "$.a", IsPresent: true },
          { Variable: "$.a", NumericGreaterThan: 1 },
        ],
      },
      { a: 2 },
      "yes",
    ],
    [
      { Or: [{ Variable: "$.a", IsString: true }, { Not: { Variable: "$.a", IsNull: false } }] },
      { a: null },
      "yes",
    ],
    [{ Not: { Variable: "$.b", IsPresent: true } }, { a: 1 }, "yes"],
    [{ Variable: "$.s", StringMatches: "log-*.txt" }, { s: "log-2026-01.txt" }, "yes"],
    [{ Variable: "$.s", StringMatches: "*a*a*" }, { s: "a" }, "no"],
    [{ Variable: "$.s", StringMatches: "a\\*b" }, { s: "axb" }, "no"],
    [{ Variable: "$.s", StringMatches: "a\\*b" }, { s: "a*b" }, "yes"],
    [
      { Variable: "$.t", TimestampLessThanPath: "$.u" },
      { t: "2026-01-01T00:00:00Z", u: "2026-01-01T00:00:00.001Z" },
      "yes",
    ],
    [{ Variable: "$.n", NumericEquals: 1 }, { n: "1" }, "no"],
  ])("%j on %j goes to %s", async (rule, input, expected) => {
    expect((await run(choose(rule), input)).output).toBe(expected);
  });

  it("fails the execution when a variable leads nowhere, and when nothing matches", async () => {
    const head = "An error occurred while executing the state 'Choose' (entered at the event id #2).";
    expect(await run(choose({ Variable: "$.a", IsNull: true }))).toMatchObject({
      error: "States.Runtime",
      cause: `${head} Invalid path '$.a': The choice state's condition path references an invalid value.`,
    });
    const { Choose, Yes } = choose({ Variable: "$.a", IsPresent: true }).States;
    const definition = { StartAt: "Choose", States: { Choose: { ...Choose, Default: undefined }, Yes } };
    const unmatched = {
      status: "FAILED",
      error: "States.Runtime",
      cause: `${head} Failed to transition out of the state. The state does not point to a next state.`,
    };
    expect(await run(definition)).toMatchObject(unmatched);
    // Nothing catches it.
    const Catch = [{ ErrorEquals: ["States.ALL"], Next: "Caught" }];
    const P = { Type: "Parallel", Branches: [definition], Catch, End: true };
    expect(await run({ StartAt: "P", States: { P, Caught: { Type: "Pass", End: true } } })).toMatchObject({
      error: "States.Runtime",
    });
  });

  it("names a path that its operand does not find", async () => {
    expect((await run(choose({ Variable: "$.a", NumericEqualsPath: "$.b" }), { a: 1 })).cause).toContain(
      "Invalid path '$.b': The choice state's condition path references an invalid value.",
    );
  });
});

describe("input and output", () => {
  it("InputPath, Parameters, ResultPath and OutputPath work in this order", async () => {
    const state = {
      Type: "Pass",
      InputPath: "$.in",
      Parameters: {
        "picked.$": "$.list[1]",
        "name.$": "$$.State.Name",
        fixed: [1, { "all.$": "$.list[*]" }],
      },
      ResultPath: "$.deep.result",
      OutputPath: "$.deep",
    };
    const { output } = await run(one(state), { in: { list: [1, 2] }, deep: { kept: true } });
    expect(output).toEqual({ kept: true, result: { picked: 2, name: "Only", fixed: [1, { all: [1, 2] }] } });
  });

  it("an index past the end of a list gives null in Parameters, and what is not there fails", async () => {
    const Parameters = { "v.$": "$.items[5]" };
    expect((await run(one({ Type: "Pass", Parameters }), { items: [1] })).output).toEqual({ v: null });
    expect((await run(one({ Type: "Pass", Parameters }), {})).error).toBe("States.Runtime");
  });

  it("a function names the argument that is not there", async () => {
    const Parameters = { "v.$": "States.Array(States.Format('{}', $.nope))" };
    const { error, cause } = await run(one({ Type: "Pass", Parameters }), { other: 1 });
    expect(error).toBe("States.Runtime");
    expect(cause).toContain(
      `The function 'States.Array(States.Format('{}', $.nope))' had the following error: The JsonPath argument for the field '$.nope' could not be found in the input '{"other":1}'`,
    );
  });

  it("names like __proto__ and constructor are ordinary data", async () => {
    const input = JSON.parse('{"__proto__":{"polluted":true},"constructor":1}') as unknown;
    const { output } = await run(one({ Type: "Pass", ResultPath: "$.x.constructor", Result: 1 }), input);
    expect(JSON.stringify(output)).toBe(
      '{"__proto__":{"polluted":true},"constructor":1,"x":{"constructor":1}}',
    );
    const missing = await run(one({ Type: "Pass", InputPath: "$.toString" }));
    expect(missing.error).toBe("States.Runtime");
  });

  it("a result that does not fit into the input is States.ResultPathMatchFailure", async () => {
    expect(await run(one({ Type: "Pass", ResultPath: "$.a.b" }), { a: "text" })).toMatchObject({
      status: "FAILED",
      error: "States.ResultPathMatchFailure",
    });
  });

  it("an input of 256 KiB with NUL and emoji survives the way through states, activity and history", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const States = { A: { Type: "Pass", Next: "B" }, B: { Type: "Task", Resource: arn, End: true } };
    const input = { text: `\u0000🎉\u2028${"a".repeat(262_144 - 24)}` };
    expect(Buffer.byteLength(JSON.stringify(input))).toBe(262_144);
    const execution = await sfn.start(await sfn.machine({ StartAt: "A", States }), input);
    expect(JSON.parse((await sfn.take(arn)).input)).toEqual(input);
    expect(JSON.parse((await sfn.describe(execution)).input ?? "")).toEqual(input);
    const scheduled = (await sfn.history(execution)).find(({ type }) => type === "ActivityScheduled");
    expect(JSON.parse(scheduled?.activityScheduledEventDetails?.input ?? "")).toEqual(input);
  });
});

describe("a machine that never ends", () => {
  it("fails with its 25,000th event", async () => {
    await using sfn = await harness();
    const leave = { Variable: "$.never", IsPresent: true, Next: "C" };
    const States = {
      A: { Type: "Pass", Next: "B" },
      B: { Type: "Choice", Choices: [leave], Default: "A" },
      C: { Type: "Succeed" },
    };
    const execution = await sfn.start(await sfn.machine({ StartAt: "A", States }));
    expect(await sfn.describe(execution)).toMatchObject({ status: "FAILED", error: "States.Runtime" });
    const last = await sfn.client.send(
      new GetExecutionHistoryCommand({ executionArn: execution, reverseOrder: true, maxResults: 1 }),
    );
    expect(last.events?.[0]).toMatchObject({ id: 25_000, type: "ExecutionFailed" });
  });
});
