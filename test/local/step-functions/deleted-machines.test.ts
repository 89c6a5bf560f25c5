import {
  DeleteStateMachineCommand,
  RedriveExecutionCommand,
  SendTaskSuccessCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { validateDefinition } from "../../../local/step-functions/asl/validate-definition.ts";
import { ManualClock } from "../../../local/step-functions/clock.ts";
import { applyFact, type Fact } from "../../../local/step-functions/engine/apply-fact.ts";
import { createEngine } from "../../../local/step-functions/engine/create-engine.ts";
import { startExecution } from "../../../local/step-functions/engine/start-execution.ts";
import { newWorld } from "../../../local/step-functions/engine/world.ts";
import { factOf, lineOf } from "../../../local/step-functions/journal/fact-line.ts";
import { approval, harness, type Harness } from "./harness.ts";

const wait = (seconds: number, next?: string) => ({
  Type: "Wait",
  Seconds: seconds,
  ...(next === undefined ? { End: true } : { Next: next }),
});

async function startAndDelete(sfn: Harness, definition: object) {
  const stateMachineArn = await sfn.machine(definition);
  const execution = await sfn.start(stateMachineArn);
  await sfn.client.send(new DeleteStateMachineCommand({ stateMachineArn }));
  return execution;
}

describe("an execution whose machine is deleted", () => {
  it("runs on in its state, and is aborted with its next transition", async () => {
    await using sfn = await harness();
    const States = { A: wait(10, "B"), B: wait(10) };
    const execution = await startAndDelete(sfn, { StartAt: "A", States });
    await sfn.clock.advance(9_999);
    expect((await sfn.describe(execution)).status).toBe("RUNNING");
    await sfn.clock.advance(1);
    const { status, error, cause } = await sfn.describe(execution);
    expect([status, error, cause]).toEqual(["ABORTED", undefined, undefined]);
    expect((await sfn.history(execution)).map(({ type }) => type)).toEqual([
      "ExecutionStarted",
      "WaitStateEntered",
      "WaitStateExited",
      "ExecutionAborted",
    ]);
  });

  it("does not come to its end either", async () => {
    await using sfn = await harness();
    const execution = await startAndDelete(sfn, { StartAt: "A", States: { A: wait(10) } });
    await sfn.clock.advance(10_000);
    expect((await sfn.describe(execution)).status).toBe("ABORTED");
  });

  it("is not retried any more", async () => {
    await using sfn = await harness();
    const Retry = [{ ErrorEquals: ["States.Timeout"], IntervalSeconds: 5 }];
    const arn = await sfn.activity();
    const machine = approval(arn, { TimeoutSeconds: 10, Retry });
    const execution = await startAndDelete(sfn, machine);
    await sfn.take(arn);
    await sfn.clock.advance(10_000);
    expect((await sfn.describe(execution)).status).toBe("RUNNING");
    await sfn.clock.advance(5_000);
    expect((await sfn.describe(execution)).status).toBe("ABORTED");
  });

  it("leaves nothing behind: its other branches' tasks and timers are closed", async () => {
    await using sfn = await harness();
    const arn = await sfn.activity();
    const Branches = [
      approval(arn),
      { StartAt: "A", States: { A: wait(10, "B"), B: wait(1) } },
      { StartAt: "C", States: { C: wait(100) } },
    ];
    const States = { P: { Type: "Parallel", Branches, End: true } };
    const execution = await startAndDelete(sfn, { StartAt: "P", States });
    const { taskToken } = await sfn.take(arn);
    await sfn.clock.advance(10_000);
    expect((await sfn.describe(execution)).status).toBe("ABORTED");
    const late = sfn.client.send(new SendTaskSuccessCommand({ taskToken, output: "{}" }));
    await expect(late).rejects.toMatchObject({ name: "TaskTimedOut" });
    expect(sfn.clock.pending).toBe(0);
  });

  it("is no concern of a machine that gets the name later", async () => {
    await using sfn = await harness();
    const machine = { StartAt: "A", States: { A: wait(10) } };
    const before = await startAndDelete(sfn, machine);
    const after = await sfn.start(await sfn.machine(machine));
    await sfn.clock.advance(10_000);
    expect((await sfn.describe(before)).status).toBe("ABORTED");
    expect((await sfn.describe(after)).status).toBe("SUCCEEDED");
  });

  it("cannot be redriven, whether it ended before or after", async () => {
    await using sfn = await harness();
    const refused = { name: "ExecutionNotRedrivable", message: "State machine is in DELETING status." };
    const redrive = (executionArn: string) => sfn.client.send(new RedriveExecutionCommand({ executionArn }));
    const States = { A: wait(10, "B"), B: wait(10) };
    const after = await startAndDelete(sfn, { StartAt: "A", States });
    await sfn.clock.advance(10_000);
    await expect(redrive(after)).rejects.toMatchObject(refused);
    const before = await startAndDelete(sfn, { StartAt: "F", States: { F: { Type: "Fail" } } });
    await expect(redrive(before)).rejects.toMatchObject(refused);
  });

  it.each([
    [true, "ABORTED"],
    // As an older version has written it, and gone on.
    [undefined, "SUCCEEDED"],
  ] as const)("comes to the same end when the journal is replayed (aborts: %s)", async (aborts, end) => {
    const clock = new ManualClock();
    const engine = createEngine({ clock, place: { region: "us-east-1", accountId: "123456789012" } });
    const facts: Fact[] = [];
    engine.onFact((fact) => void facts.push(factOf(lineOf(fact))));
    const arn = "arn:aws:states:us-east-1:123456789012:stateMachine:m";
    const definition = JSON.stringify({ StartAt: "A", States: { A: wait(10) } });
    const validated = validateDefinition(definition);
    if (!validated.ok) throw new Error("invalid");
    const { machine } = validated;
    const record = { arn, name: "m", definition, machine, roleArn: "r", createdAt: clock.now() };
    engine.record({ type: "stateMachineCreated", stateMachine: record });
    const { state } = startExecution(engine, { stateMachineArn: arn, name: "e" });
    engine.record({ type: "stateMachineDeleted", arn, ...(aborts && { abortsExecutions: aborts }) });
    await clock.advance(10_000);
    expect(engine.world.executions.get(state.arn)?.state.status).toBe(end);
    const world = newWorld();
    for (const fact of facts) applyFact(world, fact);
    expect(world).toEqual(engine.world);
    engine.close();
  });
});
