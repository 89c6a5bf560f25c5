import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deepest } from "../../../local/step-functions/asl/json-depth.ts";
import { readDefinition } from "../../../local/step-functions/asl/validate-definition.ts";
import { ManualClock } from "../../../local/step-functions/clock.ts";
import { applyFact } from "../../../local/step-functions/engine/apply-fact.ts";
import { makeArn } from "../../../local/step-functions/engine/arn.ts";
import { createEngine } from "../../../local/step-functions/engine/create-engine.ts";
import { machineParts } from "../../../local/step-functions/engine/machine-parts.ts";
import { startExecution } from "../../../local/step-functions/engine/start-execution.ts";
import { newWorld } from "../../../local/step-functions/engine/world.ts";
import { factOf, lineOf } from "../../../local/step-functions/journal/fact-line.ts";

const place = { region: "us-east-1", accountId: "123456789012" };
const stateMachineArn = makeArn(place, "stateMachine", "m");
const activityArn = makeArn(place, "activity", "a");

/** An engine with a machine that no validation has seen, as an older version may have let it in, and the lines of its journal. */
function engineWith(definition: object) {
  const clock = new ManualClock(0);
  const troubles: string[] = [];
  const engine = createEngine({ clock, place, seed: () => 7, trouble: (message) => troubles.push(message) });
  const lines: string[] = [];
  engine.onFact((fact) => void lines.push(lineOf(fact)));
  const text = JSON.stringify(definition);
  engine.record({ type: "activityCreated", activity: { arn: activityArn, name: "a", createdAt: 0 } });
  const stateMachine = {
    arn: stateMachineArn,
    name: "m",
    definition: text,
    ...machineParts(readDefinition(text)),
    roleArn: "r",
    createdAt: 0,
  };
  engine.record({ type: "stateMachineCreated", stateMachine });
  return {
    clock,
    engine,
    lines,
    troubles,
    run: (input = "{}") => startExecution(engine, { stateMachineArn, name: "e", input }),
    replayed() {
      const world = newWorld();
      for (const line of lines) applyFact(world, factOf(line));
      return world;
    },
  };
}

const alone = (state: object) => ({ StartAt: "A", States: { A: state } });
const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;

describe("what fails while a fact is applied", () => {
  it.each([
    ["ResultPath that is no path", { Type: "Pass", ResultPath: "$var", End: true }],
    ["ResultPath into the context", { Type: "Pass", ResultPath: "$$.x", End: true }],
    ["ResultPath of endless length", { Type: "Pass", ResultPath: `$${".a".repeat(9_000)}`, End: true }],
    [
      "ResultPath of a catcher",
      {
        Type: "Task",
        Resource: "arn:aws:states:::nothing:atAll",
        Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$$.x", Next: "A" }],
        End: true,
      },
    ],
    ["a state that leads nowhere", { Type: "Pass", Next: "B" }],
    ["a Map over a state that is not there", { Type: "Map", End: true }],
    ["a template that is no object", { Type: "Pass", Parameters: { "a.$": 5 }, End: true }],
    ["a Choice without rules", { Type: "Choice" }],
  ])("fails the execution, and a replay agrees: %s", async (_, state) => {
    const { engine, clock, run, replayed } = engineWith(alone(state));
    run("[]");
    // Services answer later.
    for (let turns = 0; turns < 3; turns += 1) await clock.advance(0);
    const [execution] = engine.world.executions.values();
    expect(execution?.state).toMatchObject({ status: "FAILED" });
    expect(execution?.history.at(-1)?.type).toBe("ExecutionFailed");
    expect(replayed()).toEqual(engine.world);
    engine.close();
    expect(clock.pending).toBe(0);
  });

  it("tells of what nobody has foreseen, and of nothing else", () => {
    const foreseen = engineWith(alone({ Type: "Pass", InputPath: "$.none", End: true }));
    expect(foreseen.run().state).toMatchObject({ error: "States.Runtime" });
    expect(foreseen.troubles).toEqual([]);
    const missing = engineWith(alone({ Type: "Choice" }));
    expect(missing.run().state).toMatchObject({ error: "States.Runtime" });
    expect(missing.troubles).toEqual(["an execution failed inside the endpoint"]);
  });

  it("fails the execution when it happens at a timer, and the process lives", async () => {
    const wait = { Type: "Wait", Seconds: 5, Next: "B" };
    const { engine, clock, replayed } = engineWith({ StartAt: "A", States: { A: wait } });
    const { state } = startExecution(engine, { stateMachineArn, name: "e" });
    expect(state.status).toBe("RUNNING");
    await clock.advance(5_000);
    expect(engine.world.executions.get(state.arn)?.state).toMatchObject({ error: "States.Runtime" });
    expect(replayed()).toEqual(engine.world);
  });

  it.each([
    ["a function", "{'f': function($x){$x}}"],
    ["a function of the library", "[1, $sum]"],
    ["a regular expression", "{'r': /a/}"],
    ["deep nesting", "$reduce([1..2000], function($a, $b){{'f': $a}})"],
    ["deep nesting, as a text", "$string($reduce([1..2000], function($a, $b){{'f': $a}}))"],
    ["doubling", "$reduce([1..60], function($a, $b){[$a, $a]})"],
  ])("is a failed evaluation in JSONata, which Catch can deal with: %s", (_, expression) => {
    const output = { QueryLanguage: "JSONata", Type: "Pass", Output: `{% ${expression} %}`, End: true };
    const { troubles, run } = engineWith(alone(output));
    expect(run().state).toMatchObject({ status: "FAILED", error: "States.QueryEvaluationError" });
    expect(troubles).toEqual([]);
  });
});

describe("deep nesting", () => {
  it("is refused at the start", () => {
    const { run } = engineWith(alone({ Type: "Pass", End: true }));
    expect(() => run(nested(deepest + 1))).toThrow(/^Invalid State Machine Execution Input/u);
    expect(run(nested(deepest)).state.status).toBe("SUCCEEDED");
  });

  it("is looked through without regard to the stack, as an older journal may hold it", () => {
    const { engine, lines, replayed } = engineWith(
      alone({ Type: "Pass", Parameters: { "a.$": "$..x" }, End: true }),
    );
    const execution = {
      arn: "e",
      name: "e",
      stateMachineArn,
      stateMachineName: "m",
      roleArn: "r",
      startedAt: 0,
      input: JSON.parse(nested(2_500)) as object as never,
    };
    engine.record({ type: "executionCreated", execution, inputText: "", seed: 1 });
    expect(engine.world.executions.get("e")?.state).toMatchObject({ status: "SUCCEEDED", output: { a: [] } });
    expect(lines).toHaveLength(3);
    expect(replayed().executions.get("e")?.state.status).toBe("SUCCEEDED");
  });

  it("fails a loop that nests deeper and deeper, always at the same level", () => {
    const wrap = { Type: "Pass", Parameters: { "a.$": "$" }, Next: "A" };
    const { run, engine, replayed } = engineWith(alone(wrap));
    expect(run().state).toMatchObject({ status: "FAILED", error: "States.Runtime" });
    expect(run).toThrow("Already Exists");
    expect([...engine.world.executions.values()][0]?.history).toHaveLength(2 * deepest + 1);
    expect(replayed()).toEqual(engine.world);
  });
});

/** Texts that begin, but need not go on, as an expression. */
const expression = fc.oneof(
  fc.constantFrom("$", "$$", "$.a", "$..x", "$var", "$$.Execution", "$.a[?(@.b > 1)]", "$[", "$.", ""),
  fc.constantFrom("States.UUID()", "States.Format('{}', $)", "States.JsonMerge($, $, false)", "States.X("),
  fc.constantFrom(
    "{% $states %}",
    "{% function($x){$x} %}",
    "{% $f() %}",
    "{% ( %}",
    "{% $states.input.a %}",
  ),
  fc.string({ maxLength: 8 }).map((text) => `$${text}`),
  fc.string({ maxLength: 8 }).map((text) => `{% ${text} %}`),
);
const value = fc.oneof(
  expression,
  fc.json({ maxDepth: 2 }).map((text) => JSON.parse(text) as unknown),
);
const templates = fc.dictionary(fc.constantFrom("a", "a.$", "b.$", "__proto__.$"), value, { maxKeys: 3 });
const states = fc.record(
  {
    Type: fc.constantFrom("Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"),
    QueryLanguage: fc.constantFrom("JSONPath", "JSONata"),
    Resource: fc.constantFrom(activityArn, "arn:aws:states:::sqs:sendMessage", "arn:x"),
    InputPath: value,
    OutputPath: value,
    ResultPath: value,
    Parameters: templates,
    Arguments: value,
    ResultSelector: templates,
    Output: value,
    Assign: templates,
    Result: value,
    Items: value,
    ItemsPath: value,
    Seconds: value,
    SecondsPath: value,
    Timestamp: value,
    TimeoutSeconds: value,
    MaxConcurrency: value,
    Choices: fc.array(
      fc.record({ Variable: value, Condition: value, StringEquals: value, Next: fc.constant("B") }),
    ),
    Catch: fc.constant([{ ErrorEquals: ["States.ALL"], ResultPath: "$$.x", Next: "B" }]),
    Retry: fc.constant([{ ErrorEquals: ["States.ALL"], MaxAttempts: 1 }]),
    Branches: fc.constant([{ StartAt: "P", States: { P: { Type: "Pass", End: true } } }]),
    ItemProcessor: fc.constantFrom(
      { StartAt: "P", States: { P: { Type: "Pass", ResultPath: "$$", End: true } } },
      {
        ProcessorConfig: { Mode: "DISTRIBUTED" },
        StartAt: "P",
        States: { P: { Type: "Pass", ResultPath: "$$", End: true } },
      },
    ),
    Next: fc.constantFrom("B", "nowhere"),
    End: fc.boolean(),
  },
  { requiredKeys: ["Type", "QueryLanguage", "Resource", "Choices", "Branches", "ItemProcessor"] },
);

describe("any definition at all", () => {
  it("is run without anything being thrown, and a replay agrees", async () => {
    const property = fc.asyncProperty(states, states, fc.json({ maxDepth: 3 }), async (A, B, input) => {
      const { clock, engine, run, replayed } = engineWith({ StartAt: "A", States: { A, B } });
      run(input);
      const { signal } = new AbortController();
      const task = engine.world.queues.get(activityArn)?.size
        ? await engine.poll(activityArn, "w", signal)
        : null;
      if (task != null)
        engine.answer(task.taskToken, (each) => ({ type: "taskSucceeded", task: each, output: {} }));
      await clock.advance(3_000);
      expect(replayed()).toEqual(engine.world);
      engine.close();
    });
    await fc.assert(property, { numRuns: 100 });
  });
});
