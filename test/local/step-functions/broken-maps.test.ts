import { RedriveExecutionCommand, SendTaskSuccessCommand } from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { harness, until, type Harness } from "./harness.ts";

const Catch = [{ ErrorEquals: ["States.ALL"], ResultPath: "$.why", Next: "Caught" }];

/** A Map over texts, each of which its ItemSelector reads as JSON, and an activity for each item. */
async function startMap(sfn: Harness, items: readonly string[], more: object = {}, mode: object = {}) {
  const arn = await sfn.activity();
  const ItemProcessor = {
    StartAt: "Each",
    States: { Each: { Type: "Task", Resource: arn, HeartbeatSeconds: 60, End: true } },
    ...mode,
  };
  const All = {
    Type: "Map",
    ItemsPath: "$.items",
    ItemSelector: { "n.$": "States.StringToJson($$.Map.Item.Value)" },
    ItemProcessor,
    Next: "Caught",
    ...more,
  };
  const machine = await sfn.machine({
    StartAt: "All",
    States: { All, Caught: { Type: "Pass", End: true } },
  });
  return { arn, execution: await sfn.start(machine, { items }) };
}

const typesOf = async (sfn: Harness, execution: string) =>
  (await sfn.history(execution)).map(({ type }) => type);

/** Nobody can answer for an item any more, and nobody is asked. */
async function expectNothingLeft(sfn: Harness, arn: string) {
  expect(sfn.clock.pending).toBe(0);
  const poll = sfn.poll(arn);
  await sfn.untilPolling(arn);
  await sfn.clock.advance(60_000);
  expect((await poll).taskToken).toBeUndefined();
}

describe("a Map whose ItemSelector fails for a later item", () => {
  it("is caught, and the items that were about to begin do not", async () => {
    await using sfn = await harness();
    const { arn, execution } = await startMap(sfn, ["1", "{"], { Catch });
    const { status, output } = await sfn.describe(execution);
    expect(status).toBe("SUCCEEDED");
    expect(JSON.parse(output ?? "")).toMatchObject({ why: { Error: "States.IntrinsicFailure" } });
    const types = await typesOf(sfn, execution);
    expect(types).toContain("MapStateFailed");
    expect(types).not.toContain("ActivityScheduled");
    await expectNothingLeft(sfn, arn);
  });

  it("stops the items that are under way: their tokens die", async () => {
    await using sfn = await harness();
    const { arn, execution } = await startMap(sfn, ["1", "2", "{"], { Catch, MaxConcurrency: 2 });
    const [first, second] = [await sfn.take(arn), await sfn.take(arn)];
    await sfn.client.send(new SendTaskSuccessCommand({ taskToken: first.taskToken, output: "1" }));
    expect((await sfn.describe(execution)).status).toBe("SUCCEEDED");
    await expect(
      sfn.client.send(new SendTaskSuccessCommand({ taskToken: second.taskToken, output: "2" })),
    ).rejects.toMatchObject({ name: "TaskTimedOut" });
    const types = await typesOf(sfn, execution);
    expect(types.filter((type) => type === "TaskStateAborted")).toHaveLength(1);
    expect(types.filter((type) => type === "MapIterationAborted")).toHaveLength(1);
    await expectNothingLeft(sfn, arn);
  });

  it("is retried as a whole", async () => {
    await using sfn = await harness();
    const Retry = [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 5, MaxAttempts: 1 }];
    const { arn, execution } = await startMap(sfn, ["1", "2", "{"], { Retry, Catch, MaxConcurrency: 2 });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const [first] = [await sfn.take(arn), await sfn.take(arn)];
      await sfn.client.send(new SendTaskSuccessCommand({ taskToken: first.taskToken, output: "1" }));
      await sfn.clock.advance(5_000);
    }
    expect((await sfn.describe(execution)).status).toBe("SUCCEEDED");
    await expectNothingLeft(sfn, arn);
  });

  it.each([
    [["1", "{"], {}],
    [["{"], {}],
    [["1", "{", "3"], { MaxConcurrency: 1 }],
    [["1", "2", "{", "4"], { MaxConcurrency: 2 }],
    [
      ["1", "{", "3"],
      { ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" } } },
    ],
  ])("fails at the same item after a redrive, and loses none: %j, %j", async (items, more) => {
    await using sfn = await harness();
    const { ItemProcessor: mode = {}, ...rest } = more as { ItemProcessor?: object };
    const { arn, execution } = await startMap(sfn, items, rest, mode);
    const answerAll = async () => {
      for (;;) {
        let isOver = false;
        const poll = sfn.poll(arn).finally(() => (isOver = true));
        await until(() => isOver || sfn.endpoint.openPolls(arn) > 0);
        if (sfn.endpoint.openPolls(arn) > 0) await sfn.clock.advance(60_000);
        const { taskToken } = await poll;
        if (taskToken === undefined) return;
        await sfn.client.send(new SendTaskSuccessCommand({ taskToken, output: "1" }));
      }
    };
    await answerAll();
    expect(await sfn.describe(execution)).toMatchObject({ status: "FAILED" });
    await sfn.client.send(new RedriveExecutionCommand({ executionArn: execution }));
    await answerAll();
    expect(await sfn.describe(execution)).toMatchObject({
      status: "FAILED",
      error: "States.IntrinsicFailure",
    });
  });

  it("in distributed mode ends its run, too", async () => {
    await using sfn = await harness();
    const mode = { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" } };
    const { arn, execution } = await startMap(sfn, ["1", "2", "{"], { Catch, MaxConcurrency: 2 }, mode);
    const [first] = [await sfn.take(arn), await sfn.take(arn)];
    await sfn.client.send(new SendTaskSuccessCommand({ taskToken: first.taskToken, output: "1" }));
    expect((await sfn.describe(execution)).status).toBe("SUCCEEDED");
    expect(await typesOf(sfn, execution)).toContain("MapRunFailed");
    await expectNothingLeft(sfn, arn);
  });
});

it("an item of a distributed Map that fails beyond every catcher, and is tolerated, leaves nothing under way", async () => {
  await using sfn = await harness();
  const waiting = await sfn.activity("waiting");
  const failing = await sfn.activity("failing");
  const task = (Resource: string) => ({ Type: "Task", Resource, HeartbeatSeconds: 60, End: true });
  const failAfter = {
    StartAt: "F",
    States: {
      F: { ...task(failing), End: undefined, Next: "G" },
      G: { Type: "Pass", InputPath: "$.none", End: true },
    },
  };
  const Branches = [{ StartAt: "W", States: { W: task(waiting) } }, failAfter];
  const Each = {
    Type: "Map",
    ToleratedFailureCount: 1,
    ItemProcessor: {
      ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
      StartAt: "P",
      States: { P: { Type: "Parallel", Branches, End: true } },
    },
    End: true,
  };
  const execution = await sfn.start(await sfn.machine({ StartAt: "Each", States: { Each } }), [1]);
  const [left, { taskToken }] = [await sfn.take(waiting), await sfn.take(failing)];
  await sfn.client.send(new SendTaskSuccessCommand({ taskToken, output: "{}" }));
  expect(await sfn.describe(execution)).toMatchObject({ status: "SUCCEEDED", output: "[]" });
  await expect(
    sfn.client.send(new SendTaskSuccessCommand({ taskToken: left.taskToken, output: "2" })),
  ).rejects.toMatchObject({ name: "TaskTimedOut" });
  expect(sfn.clock.pending).toBe(0);
});
