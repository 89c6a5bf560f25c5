import { describe, expect, it } from "vitest";
import { validateDefinition } from "../../../local/step-functions/asl/validate-definition.ts";
import { ManualClock } from "../../../local/step-functions/clock.ts";
import { applyFact, type Fact } from "../../../local/step-functions/engine/apply-fact.ts";
import { makeArn } from "../../../local/step-functions/engine/arn.ts";
import { createEngine } from "../../../local/step-functions/engine/create-engine.ts";
import { newWorld } from "../../../local/step-functions/engine/world.ts";

const place = { region: "us-east-1", accountId: "123456789012" };

describe("the facts of an engine", () => {
  it("survive JSON and rebuild its world: executions, histories, timers, queues and tokens", async () => {
    const clock = new ManualClock();
    const engine = createEngine({ clock, place });
    const facts: string[] = [];
    const keep = engine.onFact((fact) => void facts.push(JSON.stringify(fact)));
    const arn = makeArn(place, "activity", "po-approval");
    engine.record({
      type: "activityCreated",
      activity: { arn, name: "po-approval", createdAt: clock.now() },
    });
    const task = {
      Type: "Task",
      Resource: arn,
      HeartbeatSeconds: 5,
      Parameters: { "id.$": "States.UUID()" },
      Retry: [{ ErrorEquals: ["States.ALL"], JitterStrategy: "FULL" }],
      End: true,
    };
    const definition = JSON.stringify({ StartAt: "A", States: { A: task } });
    const validated = validateDefinition(definition);
    if (!validated.ok) throw new Error("invalid");
    const machineArn = makeArn(place, "stateMachine", "m");
    const stateMachine = {
      arn: machineArn,
      name: "m",
      definition,
      machine: validated.machine,
      roleArn: "r",
      createdAt: 0,
    };
    engine.record({ type: "stateMachineCreated", stateMachine });
    for (const name of ["one", "two", "three"]) {
      const about = {
        arn: name,
        name,
        stateMachineArn: machineArn,
        stateMachineName: "m",
        roleArn: "r",
        startedAt: clock.now(),
      };
      engine.record({
        type: "executionCreated",
        execution: { ...about, input: {} },
        inputText: "{}",
        seed: engine.seed(),
      });
    }
    const signal = new AbortController().signal;
    const first = await engine.poll(arn, "w", signal);
    engine.answer(first?.taskToken ?? "", (key) => ({ type: "taskSucceeded", task: key, output: "done" }));
    await engine.poll(arn, undefined, signal);
    await clock.advance(20_000);
    await engine.poll(arn, undefined, signal);

    const world = newWorld();
    for (const fact of facts) applyFact(world, JSON.parse(fact) as Fact);
    expect(world).toEqual(engine.world);
    expect([...world.executions.values()].map(({ state }) => state.status)).toEqual([
      "SUCCEEDED",
      "RUNNING",
      "RUNNING",
    ]);
    expect(world.tokens.size).toBe(1);
    keep();
    engine.close();
    expect(clock.pending).toBe(0);
  });
});
