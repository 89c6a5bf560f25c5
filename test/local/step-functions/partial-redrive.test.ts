import {
  RedriveExecutionCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { approval, harness, present, type Harness } from "./harness.ts";

const redrive = (sfn: Harness, executionArn: string) =>
  sfn.client.send(new RedriveExecutionCommand({ executionArn }));

async function approve(sfn: Harness, activityArn: string, output = '"yes"') {
  const { taskToken, input } = await sfn.take(activityArn);
  await sfn.client.send(new SendTaskSuccessCommand({ taskToken, output }));
  return JSON.parse(input) as unknown;
}

async function reject(sfn: Harness, activityArn: string) {
  const { taskToken } = await sfn.take(activityArn);
  await sfn.client.send(new SendTaskFailureCommand({ taskToken, error: "RejectedByUser" }));
}

const outputOf = async (sfn: Harness, executionArn: string) => {
  const { status, output, error } = await sfn.describe(executionArn);
  return status === "SUCCEEDED" ? (JSON.parse(present(output)) as unknown) : { status, error };
};

/** After ExecutionRedriven. */
const typesAfter = async (sfn: Harness, executionArn: string) => {
  const types = (await sfn.history(executionArn)).map(({ type }) => present(type));
  return types.slice(types.lastIndexOf("ExecutionRedriven") + 1);
};

/** An execution that one of two reviewers has rejected, in a journal. */
async function halfApproved(journalFolder: string) {
  await using sfn = await harness({ journalFolder });
  const [security, operations] = [await sfn.activity("security"), await sfn.activity("operations")];
  const state = {
    Type: "Parallel",
    Branches: [approval(security), approval(operations, {}, "Operate")],
    End: true,
  };
  const execution = await sfn.start(await sfn.machine({ StartAt: "Both", States: { Both: state } }));
  await approve(sfn, security, '"secure"');
  await reject(sfn, operations);
  return { execution, operations };
}

describe("redrive of a Parallel state", () => {
  it("asks again for what was rejected alone, and keeps what was approved", async () => {
    await using sfn = await harness();
    const [security, operations] = [await sfn.activity("security"), await sfn.activity("operations")];
    const state = {
      Type: "Parallel",
      Branches: [approval(security), approval(operations, {}, "Operate")],
      End: true,
    };
    const execution = await sfn.start(await sfn.machine({ StartAt: "Both", States: { Both: state } }));
    await approve(sfn, security, '"secure"');
    await reject(sfn, operations);
    expect(await outputOf(sfn, execution)).toEqual({ status: "FAILED", error: "RejectedByUser" });
    await redrive(sfn, execution);
    await approve(sfn, operations, '"operable"');
    expect(await outputOf(sfn, execution)).toEqual(["secure", "operable"]);
    expect(await typesAfter(sfn, execution)).toEqual([
      "ActivityScheduled",
      "ActivityStarted",
      "ActivitySucceeded",
      "TaskStateExited",
      "ParallelStateSucceeded",
      "ParallelStateExited",
      "ExecutionSucceeded",
    ]);
  });

  it("begins the branches that were stopped with it again, where they were", async () => {
    await using sfn = await harness();
    const [security, operations] = [await sfn.activity("security"), await sfn.activity("operations")];
    const wait = { Type: "Wait", Seconds: 60, Next: "Approve" };
    const States = { Wait: wait, Approve: { Type: "Task", Resource: security, End: true } };
    const branches = [{ StartAt: "Wait", States }, approval(operations, {}, "Operate")];
    const state = { Type: "Parallel", Branches: branches, End: true };
    const execution = await sfn.start(await sfn.machine({ StartAt: "Both", States: { Both: state } }));
    await sfn.clock.advance(60_000);
    const { taskToken } = await sfn.take(security);
    await reject(sfn, operations);
    await redrive(sfn, execution);
    const late = sfn.client.send(new SendTaskSuccessCommand({ taskToken, output: "{}" }));
    await expect(late).rejects.toMatchObject({ name: "TaskTimedOut" });
    await approve(sfn, security);
    await approve(sfn, operations);
    expect(await outputOf(sfn, execution)).toEqual(["yes", "yes"]);
    expect(await typesAfter(sfn, execution)).not.toContain("WaitStateEntered");
  });

  it("knows what had been approved after a restart, too", async () => {
    const journalFolder = await mkdtemp(join(tmpdir(), "countersign-redrive-"));
    const { execution, operations } = await halfApproved(journalFolder);
    {
      await using sfn = await harness({ journalFolder });
      await redrive(sfn, execution);
    }
    await using sfn = await harness({ journalFolder });
    await approve(sfn, operations, '"operable"');
    expect(await outputOf(sfn, execution)).toEqual(["secure", "operable"]);
    await rm(journalFolder, { recursive: true });
  });

  it("does what a branch was about to do when another one failed in the same moment", async () => {
    await using sfn = await harness();
    const missing = "arn:aws:states:us-east-1:123456789012:activity:late";
    const pass = { StartAt: "Pass", States: { Pass: { Type: "Pass", Result: "passed", End: true } } };
    const state = { Type: "Parallel", Branches: [approval(missing), pass], End: true };
    const execution = await sfn.start(await sfn.machine({ StartAt: "Both", States: { Both: state } }));
    expect(await outputOf(sfn, execution)).toEqual({ status: "FAILED", error: "States.Runtime" });
    await sfn.activity("late");
    await redrive(sfn, execution);
    await approve(sfn, missing);
    expect(await outputOf(sfn, execution)).toEqual(["yes", "passed"]);
  });

  it("goes on from its last attempt when its own Retry had no attempt left", async () => {
    await using sfn = await harness();
    const [security, operations] = [await sfn.activity("security"), await sfn.activity("operations")];
    const Retry = [{ ErrorEquals: ["RejectedByUser"], IntervalSeconds: 1, MaxAttempts: 1 }];
    const state = {
      Type: "Parallel",
      Branches: [approval(security), approval(operations, {}, "Operate")],
      Retry,
      End: true,
    };
    const execution = await sfn.start(await sfn.machine({ StartAt: "Both", States: { Both: state } }));
    await approve(sfn, security, '"first"');
    await reject(sfn, operations);
    await sfn.clock.advance(1_000);
    await approve(sfn, security, '"second"');
    await reject(sfn, operations);
    await redrive(sfn, execution);
    // Its retries are forgotten: one more is possible.
    await reject(sfn, operations);
    await sfn.clock.advance(1_000);
    await approve(sfn, security, '"third"');
    await approve(sfn, operations);
    expect(await outputOf(sfn, execution)).toEqual(["third", "yes"]);
  });

  it("forgets its branches once its Catch has dealt with them", async () => {
    await using sfn = await harness();
    const [first, second] = [await sfn.activity("first"), await sfn.activity("second")];
    const Catch = [{ ErrorEquals: ["States.ALL"], Next: "Second" }];
    const States = {
      First: { Type: "Parallel", Branches: [approval(first)], Catch, End: true },
      Second: { Type: "Task", Resource: second, End: true },
    };
    const execution = await sfn.start(await sfn.machine({ StartAt: "First", States }));
    await reject(sfn, first);
    await reject(sfn, second);
    await redrive(sfn, execution);
    await approve(sfn, second);
    expect(await outputOf(sfn, execution)).toBe("yes");
    const scheduled = (await typesAfter(sfn, execution)).filter((type) => type === "ActivityScheduled");
    expect(scheduled).toHaveLength(1);
  });
});

describe("redrive of a Map state", () => {
  const items = (ItemProcessor: object, more: object = {}) => ({
    StartAt: "All",
    States: { All: { Type: "Map", ItemProcessor, ...more, End: true } },
  });

  it("repeats the items that failed and begins those that had not begun", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const machine = await sfn.machine(items(approval(arn), { MaxConcurrency: 1 }));
    const execution = await sfn.start(machine, ["eu", "us", "ap"]);
    expect(await approve(sfn, arn, '"eu"')).toBe("eu");
    await reject(sfn, arn);
    await redrive(sfn, execution);
    expect(await approve(sfn, arn, '"us"')).toBe("us");
    expect(await approve(sfn, arn, '"ap"')).toBe("ap");
    expect(await outputOf(sfn, execution)).toEqual(["eu", "us", "ap"]);
  });

  it("goes down into a Parallel state in an item, as often as it takes", async () => {
    await using sfn = await harness();
    const [security, operations] = [await sfn.activity("security"), await sfn.activity("operations")];
    const both = {
      Type: "Parallel",
      Branches: [approval(security), approval(operations, {}, "Operate")],
      End: true,
    };
    const processor = { StartAt: "Both", States: { Both: both } };
    const execution = await sfn.start(await sfn.machine(items(processor)), ["eu", "us"]);
    for (const item of ["eu", "us"]) await approve(sfn, security, `"${item}"`);
    await approve(sfn, operations, '"eu"');
    for (let count = 0; count < 2; count += 1) {
      await reject(sfn, operations);
      expect((await sfn.describe(execution)).status).toBe("FAILED");
      await redrive(sfn, execution);
    }
    await approve(sfn, operations, '"us"');
    expect(await outputOf(sfn, execution)).toEqual([
      ["eu", "eu"],
      ["us", "us"],
    ]);
    expect((await sfn.describe(execution)).redriveCount).toBe(2);
  });

  it("of a distributed one repeats the tolerably failed items too, and says so in the history", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const processor = {
      ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
      ...approval(arn),
    };
    const execution = await sfn.start(
      await sfn.machine(items(processor, { ToleratedFailureCount: 1, MaxConcurrency: 3 })),
      ["eu", "us", "ap"],
    );
    await reject(sfn, arn);
    await approve(sfn, arn, '"us"');
    await reject(sfn, arn);
    expect(await outputOf(sfn, execution)).toEqual({
      status: "FAILED",
      error: "States.ExceedToleratedFailureThreshold",
    });
    await redrive(sfn, execution);
    expect([await approve(sfn, arn, '"1"'), await approve(sfn, arn, '"2"')]).toEqual(["eu", "ap"]);
    expect(await outputOf(sfn, execution)).toEqual(["1", "us", "2"]);
    const history = await sfn.history(execution);
    const started = history.find(({ type }) => type === "MapRunStarted")?.mapRunStartedEventDetails;
    const redriven = history.find(({ type }) => type === "MapRunRedriven")?.mapRunRedrivenEventDetails;
    expect(redriven).toEqual({ mapRunArn: started?.mapRunArn, redriveCount: 1 });
  });

  it("of an execution that was stopped keeps the items that had succeeded", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const execution = await sfn.start(await sfn.machine(items(approval(arn))), ["eu", "us"]);
    await approve(sfn, arn, '"eu"');
    await sfn.client.send(new StopExecutionCommand({ executionArn: execution }));
    await redrive(sfn, execution);
    expect(await approve(sfn, arn, '"us"')).toBe("us");
    expect(await outputOf(sfn, execution)).toEqual(["eu", "us"]);
  });
});
