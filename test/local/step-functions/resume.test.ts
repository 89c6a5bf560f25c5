import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../../local/step-functions/asl/json.ts";
import { validateDefinition } from "../../../local/step-functions/asl/validate-definition.ts";
import { ManualClock } from "../../../local/step-functions/clock.ts";
import { applyFact, type Fact } from "../../../local/step-functions/engine/apply-fact.ts";
import { makeArn } from "../../../local/step-functions/engine/arn.ts";
import { createEngine } from "../../../local/step-functions/engine/create-engine.ts";
import type { Engine } from "../../../local/step-functions/engine/engine.ts";
import { startExecution } from "../../../local/step-functions/engine/start-execution.ts";
import { newWorld } from "../../../local/step-functions/engine/world.ts";

const place = { region: "us-east-1", accountId: "123456789012" };
const start = Date.UTC(2026, 0, 1);
const activityArn = makeArn(place, "activity", "a");
const machineArn = makeArn(place, "stateMachine", "m");
const childArn = makeArn(place, "stateMachine", "child");

type Step = { readonly Type: string } & Record<string, unknown>;

const retry = [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 2, MaxAttempts: 1, JitterStrategy: "FULL" }];
const leaf = fc.constantFrom<Step>(
  { Type: "Pass", Parameters: { "id.$": "States.UUID()" } },
  { Type: "Pass", QueryLanguage: "JSONata", Output: "{% $random() %}" },
  { Type: "Pass", Assign: { "v.$": "States.UUID()" } },
  { Type: "Wait", Seconds: 3 },
  { Type: "Task", Resource: activityArn, HeartbeatSeconds: 4, Retry: retry },
  {
    Type: "Task",
    Resource: "arn:aws:states:::states:startExecution.sync",
    Parameters: { StateMachineArn: childArn },
  },
  {
    Type: "Task",
    Resource: "arn:aws:states:::sqs:sendMessage",
    Parameters: { QueueUrl: "q", MessageBody: "x" },
  },
);

/** Machines out of all kinds of states, one after the other and one inside the other. */
const { scope } = fc.letrec<{ scope: object; state: Step }>((tie) => ({
  state: fc.oneof(
    { maxDepth: 2, depthSize: "small" },
    leaf,
    fc
      .array(tie("scope"), { minLength: 1, maxLength: 3 })
      .map((Branches) => ({ Type: "Parallel", Branches, Retry: retry })),
    tie("scope").map((ItemProcessor) => ({
      Type: "Map",
      ItemsPath: "$$.Execution.Input",
      ItemProcessor,
      MaxConcurrency: 2,
    })),
  ),
  scope: fc.array(tie("state"), { minLength: 1, maxLength: 3 }).map((states) => {
    const named = states.map((state, index) => {
      const next = index === states.length - 1 ? { End: true } : { Next: `S${index + 1}` };
      return [`S${index}`, { ...state, ...next }];
    });
    return { StartAt: "S0", States: Object.fromEntries(named) as object };
  }),
}));

function create(engine: Engine, arn: string, definition: object): void {
  const text = JSON.stringify(definition);
  const validated = validateDefinition(text);
  if (!validated.ok) throw new Error(JSON.stringify(validated.diagnostics));
  const { machine } = validated;
  const stateMachine = {
    arn,
    name: arn.split(":").at(-1) ?? "",
    definition: text,
    machine,
    roleArn: "r",
    createdAt: start,
  };
  engine.record({ type: "stateMachineCreated", stateMachine });
}

function begin(engine: Engine, definition: object, input: Json): void {
  engine.record({ type: "activityCreated", activity: { arn: activityArn, name: "a", createdAt: start } });
  const about = { name: "q", visibilitySeconds: 30, waitSeconds: 0, delaySeconds: 0, createdAt: start };
  engine.record({ type: "queueCreated", queue: about });
  create(engine, childArn, { StartAt: "W", States: { W: { Type: "Wait", Seconds: 2, End: true } } });
  create(engine, machineArn, definition);
  startExecution(engine, { stateMachineArn: machineArn, name: "e", input: JSON.stringify(input) });
}

/** Takes half of the tasks and answers every other one, until nothing moves any more. */
async function drive(engine: Engine, clock: ManualClock): Promise<void> {
  const { signal } = new AbortController();
  for (let round = 0; round < 40; round += 1) {
    await clock.advance(500);
    if (round % 4 !== 1 || (engine.world.queues.get(activityArn)?.size ?? 0) === 0) continue;
    const task = await engine.poll(activityArn, undefined, signal);
    if (task !== undefined && round % 8 === 1)
      engine.answer(task.taskToken, (key) => ({ type: "taskSucceeded", task: key, output: round }));
  }
}

describe("an endpoint that stops at any moment", () => {
  it("is rebuilt from the facts so far, and carries every execution to its end", async () => {
    const cases = fc.asyncProperty(
      scope,
      fc.array(fc.integer(), { maxLength: 3 }),
      fc.nat(),
      async (definition, input, at) => {
        const clock = new ManualClock(start);
        const engine = createEngine({ clock, place, tokenSecret: Buffer.alloc(32) });
        const facts: string[] = [];
        engine.onFact((fact) => void facts.push(JSON.stringify(fact)));
        begin(engine, definition, input);
        await drive(engine, clock);
        engine.close();

        const rebuilt = newWorld();
        for (const fact of facts) applyFact(rebuilt, JSON.parse(fact) as Fact);
        expect(rebuilt).toEqual(engine.world);

        const kept = facts.slice(0, 5 + (at % Math.max(1, facts.length - 4)));
        const world = newWorld();
        for (const fact of kept) applyFact(world, JSON.parse(fact) as Fact);
        const later = new ManualClock(clock.now());
        const resumed = createEngine({ clock: later, place, world, tokenSecret: Buffer.alloc(32) });
        resumed.resume();
        for (let rounds = 0; rounds < 12; rounds += 1) {
          await drive(resumed, later);
          // What is still in nobody's hands waits for a worker, and what a worker holds without a clock for its answer.
          for (const token of [...world.tokens.keys()])
            if (world.tokens.has(token))
              resumed.answer(token, (key) => ({ type: "taskSucceeded", task: key, output: 1 }));
        }
        const { signal } = new AbortController();
        while ((world.queues.get(activityArn)?.size ?? 0) > 0) {
          const task = await resumed.poll(activityArn, undefined, signal);
          resumed.answer(task?.taskToken ?? "", (key) => ({ type: "taskSucceeded", task: key, output: 1 }));
          await drive(resumed, later);
        }
        expect([...world.executions.values()].map(({ state }) => state.status)).not.toContain("RUNNING");
        resumed.close();
        expect(later.pending).toBe(0);
      },
    );
    await fc.assert(cases, { numRuns: 60, endOnFailure: true });
  }, 60_000);
});
