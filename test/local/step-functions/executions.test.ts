import {
  DeleteStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  StartExecutionCommand,
  StopExecutionCommand,
  type ExecutionStatus,
} from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { approval, harness, outline } from "./harness.ts";

const passing = { StartAt: "A", States: { A: { Type: "Pass", Result: { done: true }, End: true } } };
const waiting = { StartAt: "A", States: { A: { Type: "Wait", Seconds: 100, End: true } } };

describe("StartExecution", () => {
  it("is idempotent while the execution runs: same name and input give the same execution", async () => {
    await using sfn = await harness();
    const machine = await sfn.machine(waiting);
    const first = await sfn.start(machine, { commit: "abc" }, "acme-shop-abc-1");
    await sfn.clock.advance(1_000);
    const again = { stateMachineArn: machine, name: "acme-shop-abc-1", input: '{"commit":"abc"}' };
    const second = await sfn.client.send(new StartExecutionCommand(again));
    expect(second.executionArn).toBe(first);
    expect(second.startDate?.getTime()).toBe(sfn.clock.now() - 1_000);
    const { executions } = await sfn.client.send(new ListExecutionsCommand({ stateMachineArn: machine }));
    expect(executions).toHaveLength(1);
  });

  it("refuses the name with other input, and once the execution is closed", async () => {
    await using sfn = await harness();
    const machine = await sfn.machine(waiting);
    const arn = await sfn.start(machine, {}, "one");
    const refusal = { name: "ExecutionAlreadyExists", message: `Execution Already Exists: '${arn}'` };
    await expect(sfn.start(machine, { other: true }, "one")).rejects.toMatchObject(refusal);
    await sfn.client.send(new StopExecutionCommand({ executionArn: arn }));
    await expect(sfn.start(machine, {}, "one")).rejects.toMatchObject(refusal);
  });

  it("makes up a name, and takes any JSON for input", async () => {
    await using sfn = await harness();
    const machine = await sfn.machine(passing);
    for (const input of [null, "text", 0, [], true])
      expect(await sfn.start(machine, input)).toMatch(/:deploy:[0-9a-f-]{36}$/);
    const bare = await sfn.client.send(new StartExecutionCommand({ stateMachineArn: machine }));
    expect((await sfn.describe(bare.executionArn ?? "")).input).toBe("{}");
  });

  it.each([
    [
      "not some json",
      "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    ],
    [
      "{'not': 'json'",
      "Unexpected character (''' (code 39)): was expecting double-quote to start field name",
    ],
    ["", "Invalid execution input."],
  ])("refuses the input %j in AWS's words", async (input, words) => {
    await using sfn = await harness();
    const stateMachineArn = await sfn.machine(passing);
    await expect(
      sfn.client.send(new StartExecutionCommand({ stateMachineArn, input })),
    ).rejects.toMatchObject({
      name: "InvalidExecutionInput",
      message: `Invalid State Machine Execution Input: '${words}'`,
    });
  });

  it("refuses names that AWS refuses, and takes a commit's SHA", async () => {
    await using sfn = await harness();
    const machine = await sfn.machine(passing);
    for (const name of ["acme/shop", "a b", "a:b", "a\u0000b", "a$b"]) {
      await expect(sfn.start(machine, {}, name)).rejects.toMatchObject({
        name: "InvalidName",
        message: `Invalid Name: '${name}'`,
      });
    }
    await sfn.start(machine, {}, "0123456789abcdef0123456789abcdef01234567");
    await expect(sfn.start(machine, {}, "x".repeat(81))).rejects.toMatchObject({
      name: "ValidationException",
    });
  });

  it("refuses an input of more than 262,144 bytes, emoji counted as their bytes", async () => {
    await using sfn = await harness();
    const machine = await sfn.machine(passing);
    await expect(sfn.start(machine, "🎉".repeat(65_536))).rejects.toMatchObject({
      name: "InvalidExecutionInput",
    });
  });
});

describe("an execution's description", () => {
  it("has what AWS's has", async () => {
    await using sfn = await harness();
    const stateMachineArn = await sfn.machine(passing);
    const executionArn = await sfn.start(stateMachineArn, { a: 1 }, "one");
    const { $metadata, ...answer } = await sfn.describe(executionArn);
    expect($metadata.httpStatusCode).toBe(200);
    expect(answer).toEqual({
      executionArn,
      stateMachineArn,
      name: "one",
      status: "SUCCEEDED",
      startDate: new Date(sfn.clock.now()),
      stopDate: new Date(sfn.clock.now()),
      input: '{"a":1}',
      inputDetails: { included: true },
      output: '{"done":true}',
      outputDetails: { included: true },
      redriveCount: 0,
      redriveStatus: "NOT_REDRIVABLE",
      redriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
    });
  });

  it("outlives its machine, whose definition it keeps", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const stateMachineArn = await sfn.machine(approval(arn, { TimeoutSeconds: 60 }));
    const executionArn = await sfn.start(stateMachineArn);
    await sfn.client.send(new DeleteStateMachineCommand({ stateMachineArn }));
    const { definition } = await sfn.client.send(
      new DescribeStateMachineForExecutionCommand({ executionArn }),
    );
    expect(JSON.parse(definition ?? "")).toEqual(approval(arn, { TimeoutSeconds: 60 }));
    expect((await sfn.take(arn)).taskToken).toBeTypeOf("string");
  });

  it("of an execution that never was is ExecutionDoesNotExist", async () => {
    await using sfn = await harness();
    const arn = "arn:aws:states:us-east-1:123456789012:execution:none:none";
    await expect(sfn.describe(arn)).rejects.toMatchObject({
      name: "ExecutionDoesNotExist",
      message: `Execution Does Not Exist: '${arn}'`,
    });
  });
});

describe("StopExecution", () => {
  it("aborts, with the numbering that AWS gives the event, and takes the task out of the queue", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const executionArn = await sfn.start(await sfn.machine(approval(arn)));
    await sfn.client.send(new StopExecutionCommand({ executionArn }));
    expect(outline(await sfn.history(executionArn)).at(-1)).toEqual([4, 0, "ExecutionAborted"]);
    const poll = sfn.poll(arn);
    await sfn.untilPolling(arn);
    await sfn.clock.advance(60_000);
    expect((await poll).taskToken).toBeUndefined();
  });

  it("changes nothing about an execution that has ended", async () => {
    await using sfn = await harness();
    const executionArn = await sfn.start(await sfn.machine(passing));
    const ended = sfn.clock.now();
    await sfn.clock.advance(5_000);
    const { stopDate } = await sfn.client.send(new StopExecutionCommand({ executionArn, error: "late" }));
    expect(stopDate?.getTime()).toBe(ended);
    expect((await sfn.describe(executionArn)).status).toBe("SUCCEEDED");
  });

  it("leaves no timer behind", async () => {
    await using sfn = await harness();
    const executionArn = await sfn.start(await sfn.machine({ ...waiting, TimeoutSeconds: 1_000 }));
    expect(sfn.clock.pending).toBe(2);
    await sfn.client.send(new StopExecutionCommand({ executionArn }));
    expect(sfn.clock.pending).toBe(0);
  });
});

describe("lists", () => {
  it("ListExecutions pages newest first, undisturbed by what is started meanwhile", async () => {
    await using sfn = await harness();
    const stateMachineArn = await sfn.machine(passing);
    for (let n = 0; n < 7; n += 1) await sfn.start(stateMachineArn, {}, `run-${n}`);
    const names: (string | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const page = await sfn.client.send(
        new ListExecutionsCommand({ stateMachineArn, maxResults: 3, nextToken }),
      );
      names.push(...(page.executions ?? []).map(({ name }) => name));
      nextToken = page.nextToken;
      await sfn.start(stateMachineArn);
    } while (nextToken !== undefined);
    expect(names).toEqual(["run-6", "run-5", "run-4", "run-3", "run-2", "run-1", "run-0"]);
  });

  it("ListExecutions filters by status, and refuses a page token that it never gave", async () => {
    await using sfn = await harness();
    const stateMachineArn = await sfn.machine(waiting);
    const stopped = await sfn.start(stateMachineArn);
    await sfn.client.send(new StopExecutionCommand({ executionArn: stopped }));
    const running = await sfn.start(stateMachineArn);
    const list = async (statusFilter: ExecutionStatus) => {
      const { executions } = await sfn.client.send(
        new ListExecutionsCommand({ stateMachineArn, statusFilter }),
      );
      return executions?.map(({ executionArn }) => executionArn);
    };
    expect(await list("ABORTED")).toEqual([stopped]);
    expect(await list("RUNNING")).toEqual([running]);
    expect(await list("FAILED")).toEqual([]);
    const junk = new ListExecutionsCommand({ stateMachineArn, nextToken: "junk" });
    await expect(sfn.client.send(junk)).rejects.toMatchObject({ name: "InvalidToken" });
  });

  it("GetExecutionHistory pages, reverses, and leaves the data out when told to", async () => {
    await using sfn = await harness();
    const executionArn = await sfn.start(await sfn.machine(passing));
    const get = async (more: object) => {
      const answer = await sfn.client.send(new GetExecutionHistoryCommand({ executionArn, ...more }));
      return { ids: answer.events?.map(({ id }) => id), ...answer };
    };
    const first = await get({ maxResults: 3 });
    expect(first.ids).toEqual([1, 2, 3]);
    expect((await get({ maxResults: 3, nextToken: first.nextToken })).ids).toEqual([4]);
    expect((await get({ reverseOrder: true })).ids).toEqual([4, 3, 2, 1]);
    const bare = await get({ includeExecutionData: false });
    expect(bare.events?.[1]?.stateEnteredEventDetails?.name).toBe("A");
    expect(JSON.stringify(bare.events)).not.toContain('"input":');
  });
});
