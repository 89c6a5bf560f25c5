import {
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { approval, harness, outline, present, type Harness } from "./harness.ts";
import { run } from "./run-machine.ts";

const pass = { Type: "Pass", End: true };
const processor = (state: object, more: object = {}) => ({
  StartAt: "Each",
  States: { Each: state },
  ...more,
});

async function runState(sfn: Harness, state: object, input: unknown = {}) {
  return run(sfn, { StartAt: "S", States: { S: { End: true, ...state } } }, input);
}

describe("Parallel", () => {
  it("gives every branch the same input, and its outputs in the order of the branches", async () => {
    await using sfn = await harness();
    const Branches = [
      { StartAt: "A", States: { A: { Type: "Wait", Seconds: 5, End: true } } },
      { StartAt: "B", States: { B: { Type: "Pass", Result: "b", End: true } } },
    ];
    const { execution, status } = await runState(
      sfn,
      { Type: "Parallel", Branches, ResultPath: "$.r" },
      { a: 1 },
    );
    expect(status).toBe("RUNNING");
    await sfn.clock.advance(5_000);
    expect((await sfn.describe(execution)).output).toBe('{"a":1,"r":[{"a":1},"b"]}');
  });

  it("waits for activities in two branches at once, each with a token of its own", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const branches = ["A", "B"].map((name) => approval(arn, { HeartbeatSeconds: 60 }, name));
    const { execution } = await runState(sfn, { Type: "Parallel", Branches: branches });
    const [first, second] = [await sfn.take(arn), await sfn.take(arn)];
    expect(first.taskToken).not.toBe(second.taskToken);
    await sfn.client.send(new SendTaskSuccessCommand({ taskToken: second.taskToken, output: "2" }));
    await sfn.client.send(new SendTaskHeartbeatCommand({ taskToken: first.taskToken }));
    await sfn.client.send(new SendTaskSuccessCommand({ taskToken: first.taskToken, output: "1" }));
    expect((await sfn.describe(execution)).output).toBe("[1,2]");
    expect(sfn.clock.pending).toBe(0);
  });

  it("stops the other branches when one fails: their tokens die, their tasks leave the queue, their timers stop", async () => {
    await using sfn = await harness();
    const [held, queued, failing] = [
      await sfn.activity("held"),
      await sfn.activity("queued"),
      await sfn.activity("f"),
    ];
    const wait = { StartAt: "W", States: { W: { Type: "Wait", Seconds: 900, End: true } } };
    const Branches = [
      approval(held, { TimeoutSeconds: 99 }, "Held"),
      approval(queued, {}, "Queued"),
      wait,
      approval(failing, {}, "Failing"),
    ];
    const { execution } = await runState(sfn, { Type: "Parallel", Branches });
    const [token, bad] = [await sfn.take(held), await sfn.take(failing)];
    await sfn.client.send(
      new SendTaskFailureCommand({ taskToken: bad.taskToken, error: "No", cause: "way" }),
    );
    expect(await sfn.describe(execution)).toMatchObject({ status: "FAILED", error: "No", cause: "way" });
    await expect(
      sfn.client.send(new SendTaskHeartbeatCommand({ taskToken: token.taskToken })),
    ).rejects.toMatchObject({
      name: "TaskTimedOut",
    });
    expect(sfn.clock.pending).toBe(0);
    const poll = sfn.poll(queued);
    await sfn.untilPolling(queued);
    await sfn.clock.advance(60_000);
    expect((await poll).taskToken).toBeUndefined();
    const events = outline(await sfn.history(execution));
    const failedAt = events.find(([, , type]) => type === "ActivityFailed")?.[0];
    const aborted = events.filter(([, , type]) => type === "TaskStateAborted");
    // AWS notes that of the branch that has failed, too.
    expect(aborted).toHaveLength(3);
    expect(aborted.at(-1)?.[1]).toBe(failedAt);
    const [failed, ended] = events.slice(-2);
    expect([failed?.[1], failed?.[2], ended?.[2]]).toEqual([
      failedAt,
      "ParallelStateFailed",
      "ExecutionFailed",
    ]);
  });

  it("is retried as a whole, and caught with the error of the branch", async () => {
    await using sfn = await harness();
    const fail = { StartAt: "F", States: { F: { Type: "Fail", Error: "E", Cause: "C" } } };
    const Retry = [{ ErrorEquals: ["E"], MaxAttempts: 2, IntervalSeconds: 1, BackoffRate: 1 }];
    const Catch = [{ ErrorEquals: ["E"], Next: "Caught", ResultPath: "$.why" }];
    const States = { P: { Type: "Parallel", Branches: [fail], Retry, Catch, Next: "Caught" }, Caught: pass };
    const { execution } = await run(sfn, { StartAt: "P", States });
    await sfn.clock.advance(2_000);
    expect(await sfn.describe(execution)).toMatchObject({ output: '{"why":{"Error":"E","Cause":"C"}}' });
    const started = (await sfn.history(execution)).filter(({ type }) => type === "ParallelStateStarted");
    expect(started).toHaveLength(3);
  });

  it("is stopped with all that waits in it", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const nested = { StartAt: "M", States: { M: { Type: "Map", ItemProcessor: approval(arn), End: true } } };
    const { execution } = await runState(sfn, { Type: "Parallel", Branches: [nested] }, [1, 2]);
    const { taskToken } = await sfn.take(arn);
    await sfn.client.send(new StopExecutionCommand({ executionArn: execution }));
    await expect(sfn.client.send(new SendTaskHeartbeatCommand({ taskToken }))).rejects.toMatchObject({
      name: "TaskTimedOut",
    });
    const poll = sfn.poll(arn);
    await sfn.untilPolling(arn);
    await sfn.clock.advance(60_000);
    expect((await poll).taskToken).toBeUndefined();
  });
});

describe("Map", () => {
  it("asks for an approval of each item, as many at a time as MaxConcurrency says", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const Parameters = { "item.$": "$$.Map.Item.Value", "index.$": "$$.Map.Item.Index" };
    const state = { Type: "Map", MaxConcurrency: 2, ItemProcessor: approval(arn, { Parameters }) };
    const { execution } = await runState(sfn, state, ["a", "b", "c"]);
    const tokens: string[] = [];
    for (let n = 0; n < 2; n += 1) {
      const task = await sfn.take(arn);
      expect(JSON.parse(task.input)).toEqual({ item: "abc"[n], index: n });
      tokens.push(task.taskToken);
    }
    const third = sfn.poll(arn);
    await sfn.untilPolling(arn);
    await sfn.client.send(new SendTaskSuccessCommand({ taskToken: present(tokens[1]), output: "2" }));
    tokens.push(present((await third).taskToken));
    for (const n of [0, 2])
      await sfn.client.send(
        new SendTaskSuccessCommand({ taskToken: present(tokens[n]), output: String(n + 1) }),
      );
    expect((await sfn.describe(execution)).output).toBe("[1,2,3]");
  });

  it("has forty items under way at most, as AWS has, and comes through thousands", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    await runState(sfn, { Type: "Map", ItemProcessor: approval(arn) }, Array.from({ length: 50 }));
    for (let n = 0; n < 40; n += 1) await sfn.take(arn);
    const poll = sfn.poll(arn);
    await sfn.untilPolling(arn);
    sfn.endpoint.releasePolls();
    expect((await poll).taskToken).toBeUndefined();
    const many = await sfn.machine(
      {
        StartAt: "S",
        States: {
          S: {
            Type: "Map",
            ItemProcessor: processor(pass),
            ResultSelector: { "n.$": "States.ArrayLength($)" },
            End: true,
          },
        },
      },
      "many",
    );
    expect((await sfn.describe(await sfn.start(many, Array.from({ length: 5_000 })))).output).toBe(
      '{"n":5000}',
    );
  });

  it("numbers its events as AWS does", async () => {
    await using sfn = await harness();
    const { execution } = await runState(
      sfn,
      { Type: "Map", MaxConcurrency: 1, ItemProcessor: processor(pass) },
      [1, 2],
    );
    expect(outline(await sfn.history(execution)).slice(2)).toEqual([
      [3, 2, "MapStateStarted"],
      [4, 3, "MapIterationStarted"],
      [5, 4, "PassStateEntered"],
      [6, 5, "PassStateExited"],
      [7, 6, "MapIterationSucceeded"],
      [8, 6, "MapIterationStarted"],
      [9, 8, "PassStateEntered"],
      [10, 9, "PassStateExited"],
      [11, 10, "MapIterationSucceeded"],
      [12, 11, "MapStateSucceeded"],
      [13, 11, "MapStateExited"],
      [14, 13, "ExecutionSucceeded"],
    ]);
  });

  it("fails with States.Runtime for what is no list, which nothing catches", async () => {
    await using sfn = await harness();
    const Catch = [{ ErrorEquals: ["States.ALL"], Next: "S" }];
    const outcome = await runState(
      sfn,
      { Type: "Map", ItemsPath: "$.a", Catch, ItemProcessor: processor(pass) },
      { a: 1 },
    );
    expect(outcome).toMatchObject({ status: "FAILED", error: "States.Runtime" });
    expect(outcome.cause).toContain('Reference path "$.a" must point to array.');
  });

  it("in distributed mode hands items out in batches", async () => {
    await using sfn = await harness();
    const ItemProcessor = processor(pass, {
      ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
    });
    const ItemBatcher = { MaxItemsPerBatchPath: "$.size", BatchInput: { "by.$": "$.who" } };
    const ItemSelector = { "v.$": "$$.Map.Item.Value" };
    const state = { Type: "Map", ItemsPath: "$.list", ItemProcessor, ItemBatcher, ItemSelector };
    const { result } = await runState(sfn, state, { list: [1, 2, 3], size: 2, who: "me" });
    expect(result).toEqual([
      { BatchInput: { by: "me" }, Items: [{ v: 1 }, { v: 2 }] },
      { BatchInput: { by: "me" }, Items: [{ v: 3 }] },
    ]);
  });

  it("in distributed mode tolerates failures up to the limit, and leaves them out of its output", async () => {
    await using sfn = await harness();
    const Choices = [{ Variable: "$", NumericEquals: 2, Next: "F" }];
    const States = { C: { Type: "Choice", Choices, Default: "P" }, F: { Type: "Fail" }, P: pass };
    const ItemProcessor = {
      StartAt: "C",
      States,
      ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
    };
    const state = { Type: "Map", MaxConcurrency: 1, ItemProcessor, ToleratedFailureCount: 1 };
    expect(await runState(sfn, state, [1, 2, 3])).toMatchObject({ status: "SUCCEEDED", result: [1, 3] });
    const faulty = processor(
      { Type: "Pass", InputPath: "$.gone", End: true },
      { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" } },
    );
    const lenient = { Type: "Map", ItemProcessor: faulty, ToleratedFailurePercentage: 100, End: true };
    const spared = await sfn.machine({ StartAt: "S", States: { S: lenient } }, "spared");
    expect((await sfn.describe(await sfn.start(spared, [1, 2]))).output).toBe("[]");
    const strict = await sfn.machine({ StartAt: "S", States: { S: { ...state, End: true } } }, "second");
    const failed = await sfn.describe(await sfn.start(strict, [2, 2]));
    expect(failed).toMatchObject({ status: "FAILED", error: "States.ExceedToleratedFailureThreshold" });
  });
});
