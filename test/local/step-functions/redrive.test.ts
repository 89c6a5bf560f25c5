import {
  ListExecutionsCommand,
  RedriveExecutionCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { approval, harness, type Harness } from "./harness.ts";

const redrive = (sfn: Harness, executionArn: string) =>
  sfn.client.send(new RedriveExecutionCommand({ executionArn }));

describe("RedriveExecution", () => {
  it("takes a rejected approval up again, with a new token and what came before kept", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const approve = { Type: "Task", Resource: arn, End: true };
    const States = { Build: { Type: "Pass", Result: "built", Next: "Approve" }, Approve: approve };
    const stateMachineArn = await sfn.machine({ StartAt: "Build", States });
    const execution = await sfn.start(stateMachineArn);
    const first = await sfn.take(arn);
    await sfn.client.send(
      new SendTaskFailureCommand({ taskToken: first.taskToken, error: "RejectedByUser" }),
    );
    expect(await sfn.describe(execution)).toMatchObject({ status: "FAILED", redriveStatus: "REDRIVABLE" });
    await sfn.clock.advance(1_000);
    expect((await redrive(sfn, execution)).redriveDate?.getTime()).toBe(sfn.clock.now());
    const second = await sfn.take(arn);
    expect(second.taskToken).not.toBe(first.taskToken);
    await sfn.client.send(new SendTaskSuccessCommand({ taskToken: second.taskToken, output: '"yes"' }));
    expect(await sfn.describe(execution)).toMatchObject({
      status: "SUCCEEDED",
      output: '"yes"',
      redriveCount: 1,
    });
    const history = await sfn.history(execution);
    expect(history.map(({ id }) => id)).toEqual(history.map((_, index) => index + 1));
    const types = history.map(({ type }) => type);
    expect(types.slice(types.indexOf("ExecutionFailed"))).toEqual([
      "ExecutionFailed",
      "ExecutionRedriven",
      "ActivityScheduled",
      "ActivityStarted",
      "ActivitySucceeded",
      "TaskStateExited",
      "ExecutionSucceeded",
    ]);
    const listed = async (redriveFilter: "REDRIVEN" | "NOT_REDRIVEN") =>
      (await sfn.client.send(new ListExecutionsCommand({ stateMachineArn, redriveFilter }))).executions
        ?.length;
    expect([await listed("REDRIVEN"), await listed("NOT_REDRIVEN")]).toEqual([1, 0]);
  });

  it("resumes all branches of an execution that was stopped, and arms its timeout anew", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const state = { Type: "Parallel", Branches: [approval(arn), approval(arn, {}, "Again")], End: true };
    const machine = await sfn.machine({ StartAt: "P", States: { P: state }, TimeoutSeconds: 100 });
    const executionArn = await sfn.start(machine);
    const { taskToken } = await sfn.take(arn);
    await sfn.client.send(new StopExecutionCommand({ executionArn, error: "Superseded" }));
    await sfn.clock.advance(90_000);
    await redrive(sfn, executionArn);
    const late = sfn.client.send(new SendTaskHeartbeatCommand({ taskToken }));
    await expect(late).rejects.toMatchObject({ name: "TaskTimedOut" });
    for (let n = 0; n < 2; n += 1) expect((await sfn.take(arn)).taskToken).not.toBe(taskToken);
    expect((await sfn.describe(executionArn)).error).toBeUndefined();
    await sfn.clock.advance(100_000);
    expect((await sfn.describe(executionArn)).status).toBe("TIMED_OUT");
  });

  it("refuses what runs and what has succeeded", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const execution = await sfn.start(await sfn.machine(approval(arn)));
    await expect(redrive(sfn, execution)).rejects.toMatchObject({
      name: "ExecutionNotRedrivable",
      message: "Execution is RUNNING and cannot be redriven",
    });
  });

  it("is possible for 14 days from the end of the execution, and says so afterwards", async () => {
    await using sfn = await harness();
    const Fail = { StartAt: "F", States: { F: { Type: "Fail" } } };
    const execution = await sfn.start(await sfn.machine(Fail));
    const day = 24 * 3_600_000;
    await sfn.clock.advance(14 * day);
    expect((await sfn.describe(execution)).redriveStatus).toBe("REDRIVABLE");
    await redrive(sfn, execution);
    await sfn.clock.advance(14 * day);
    expect((await sfn.describe(execution)).redriveStatus).toBe("REDRIVABLE");
    await sfn.clock.advance(day);
    const reason = "Execution redrivable period exceeded";
    expect(await sfn.describe(execution)).toMatchObject({
      redriveStatus: "NOT_REDRIVABLE",
      redriveStatusReason: reason,
    });
    await expect(redrive(sfn, execution)).rejects.toMatchObject({
      name: "ExecutionNotRedrivable",
      message: reason,
    });
  });
});
