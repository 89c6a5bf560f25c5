import {
  DescribeMapRunCommand,
  ListMapRunsCommand,
  RedriveExecutionCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { approval, harness, present, type Harness } from "./harness.ts";

/** An execution of a distributed Map whose items an activity approves. */
async function withRun(items: readonly unknown[], more: object = {}) {
  const sfn = await harness();
  const activity = await sfn.activity();
  const ProcessorConfig = { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" };
  const state = {
    Type: "Map",
    ItemProcessor: { ProcessorConfig, ...approval(activity) },
    ...more,
    End: true,
  };
  const execution = await sfn.start(await sfn.machine({ StartAt: "All", States: { All: state } }), items);
  const listed = () => sfn.client.send(new ListMapRunsCommand({ executionArn: execution }));
  const mapRunArn = present((await listed()).mapRuns?.[0]?.mapRunArn);
  return {
    sfn,
    execution,
    mapRunArn,
    listed,
    run: () => sfn.client.send(new DescribeMapRunCommand({ mapRunArn })),
    answer: (verdict: "approve" | "reject") => answer(sfn, activity, verdict),
    [Symbol.asyncDispose]: () => sfn[Symbol.asyncDispose](),
  };
}

async function answer(sfn: Harness, activityArn: string, verdict: "approve" | "reject") {
  const { taskToken } = await sfn.take(activityArn);
  const command =
    verdict === "approve"
      ? new SendTaskSuccessCommand({ taskToken, output: "{}" })
      : new SendTaskFailureCommand({ taskToken, error: "RejectedByUser" });
  await sfn.client.send(command as SendTaskSuccessCommand);
}

describe("a Map run", () => {
  it("is told of while it runs and after its end", async () => {
    await using test = await withRun(["eu", "us", "ap"], {
      MaxConcurrency: 2,
      ToleratedFailurePercentage: 40,
    });
    const startDate = new Date(test.sfn.clock.now());
    await test.answer("reject");
    expect(await test.run()).toMatchObject({
      mapRunArn: test.mapRunArn,
      executionArn: test.execution,
      status: "RUNNING",
      startDate,
      maxConcurrency: 2,
      toleratedFailureCount: 0,
      toleratedFailurePercentage: 40,
      itemCounts: { total: 3, pending: 0, running: 2, succeeded: 0, failed: 1, aborted: 0 },
      redriveCount: 0,
    });
    await test.sfn.clock.advance(5_000);
    for (let count = 0; count < 2; count += 1) await test.answer("approve");
    const run = await test.run();
    expect(run).toMatchObject({ status: "SUCCEEDED", stopDate: new Date(test.sfn.clock.now()) });
    expect(run.executionCounts).toMatchObject({ total: 3, running: 0, succeeded: 2, failed: 1, aborted: 0 });
    const stateMachineArn = (await test.sfn.describe(test.execution)).stateMachineArn;
    expect((await test.listed()).mapRuns).toEqual([
      {
        mapRunArn: run.mapRunArn,
        executionArn: test.execution,
        stateMachineArn,
        startDate,
        stopDate: run.stopDate,
      },
    ]);
  });

  it("fails beyond its tolerance, and is the same run after a redrive", async () => {
    await using test = await withRun(["eu", "us", "ap"], { MaxConcurrency: 2 });
    await test.answer("approve");
    await test.answer("reject");
    expect(await test.run()).toMatchObject({
      status: "FAILED",
      itemCounts: { total: 3, succeeded: 1, failed: 1, aborted: 1, running: 0 },
    });
    await test.sfn.clock.advance(1_000);
    await test.sfn.client.send(new RedriveExecutionCommand({ executionArn: test.execution }));
    const redriveDate = new Date(test.sfn.clock.now());
    expect(await test.run()).toMatchObject({ status: "RUNNING", redriveCount: 1, redriveDate });
    for (let count = 0; count < 2; count += 1) await test.answer("approve");
    const { status, itemCounts } = await test.run();
    expect([status, itemCounts?.succeeded]).toEqual(["SUCCEEDED", 3]);
    expect((await test.listed()).mapRuns).toHaveLength(1);
  });

  it("is aborted with its execution", async () => {
    await using test = await withRun(["eu", "us"], { MaxConcurrency: 1 });
    await test.sfn.client.send(new StopExecutionCommand({ executionArn: test.execution }));
    expect(await test.run()).toMatchObject({
      status: "ABORTED",
      stopDate: new Date(test.sfn.clock.now()),
      itemCounts: { total: 2, pending: 1, aborted: 1, running: 0 },
    });
  });

  it("counts items and batches, and is another one when the state is retried", async () => {
    const Retry = [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 1, MaxAttempts: 1 }];
    await using test = await withRun([1, 2, 3], { ItemBatcher: { MaxItemsPerBatch: 2 }, Retry });
    expect(await test.run()).toMatchObject({ itemCounts: { total: 3 }, executionCounts: { total: 2 } });
    await test.answer("reject");
    await test.sfn.clock.advance(1_000);
    expect((await test.listed()).mapRuns).toHaveLength(2);
    expect((await test.run()).status).toBe("FAILED");
  });

  it("is aborted when a branch beside it fails", async () => {
    await using sfn = await harness();
    const activity = await sfn.activity();
    const ItemProcessor = {
      ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
      ...approval(activity),
    };
    const all = { StartAt: "All", States: { All: { Type: "Map", ItemProcessor, End: true } } };
    const fail = {
      StartAt: "W",
      States: { W: { Type: "Wait", Seconds: 5, Next: "F" }, F: { Type: "Fail" } },
    };
    const both = { Type: "Parallel", Branches: [all, fail], End: true };
    const executionArn = await sfn.start(await sfn.machine({ StartAt: "Both", States: { Both: both } }), [1]);
    await sfn.clock.advance(5_000);
    const { mapRuns } = await sfn.client.send(new ListMapRunsCommand({ executionArn }));
    const mapRunArn = mapRuns?.[0]?.mapRunArn;
    expect(await sfn.client.send(new DescribeMapRunCommand({ mapRunArn }))).toMatchObject({
      status: "ABORTED",
    });
  });

  it("that nobody knows is told so", async () => {
    await using sfn = await harness();
    const unknown = "arn:aws:states:us-east-1:123456789012:mapRun:deploy/label:0b6d";
    const call = (mapRunArn: string) => sfn.client.send(new DescribeMapRunCommand({ mapRunArn }));
    await expect(call(unknown)).rejects.toMatchObject({ name: "ResourceNotFound" });
    await expect(call("nonsense")).rejects.toMatchObject({ name: "InvalidArn" });
  });
});
