import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../../local/step-functions/asl/json.ts";
import { validateDefinition } from "../../../local/step-functions/asl/validate-definition.ts";
import { ManualClock } from "../../../local/step-functions/clock.ts";
import { applyFact, type Fact } from "../../../local/step-functions/engine/apply-fact.ts";
import { makeArn } from "../../../local/step-functions/engine/arn.ts";
import { createEngine } from "../../../local/step-functions/engine/create-engine.ts";
import type { Engine } from "../../../local/step-functions/engine/engine.ts";
import { pendingIn } from "../../../local/step-functions/engine/pending.ts";
import { startExecution } from "../../../local/step-functions/engine/start-execution.ts";
import { survey } from "../../../local/step-functions/journal/compaction.ts";
import { factOf, lineOf } from "../../../local/step-functions/journal/fact-line.ts";
import { newWorld, type World } from "../../../local/step-functions/engine/world.ts";

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
  {
    Type: "Task",
    Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    Parameters: { QueueUrl: "q", MessageBody: "x" },
    HeartbeatSeconds: 5,
    TimeoutSeconds: 9,
    Retry: retry,
  },
);

/** Machines out of all kinds of states, one after the other and one inside the other. */
const { scope: scopes } = fc.letrec<{ scope: object; state: Step }>((tie) => ({
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

const scope = scopes.map((definition) => namedApart(definition as Definition, ""));

interface Definition {
  readonly StartAt: string;
  readonly States: Record<string, Step & { Branches?: Definition[]; ItemProcessor?: Definition }>;
}

/** Names of states and of variables are unique in a machine. */
function namedApart({ StartAt, States }: Definition, before: string): Definition {
  const renamed = Object.entries(States).map(
    ([name, { Branches, ItemProcessor, Assign, Next, ...state }]) => {
      const own = before + name;
      const inner = {
        ...(Branches && { Branches: Branches.map((each, index) => namedApart(each, `${own}_${index}_`)) }),
        ...(ItemProcessor && { ItemProcessor: namedApart(ItemProcessor, `${own}_`) }),
        ...(Assign === undefined ? {} : { Assign: { [`v${own}.$`]: "States.UUID()" } }),
        ...(typeof Next === "string" ? { Next: before + Next } : {}),
      };
      return [own, { ...state, ...inner }] as const;
    },
  );
  return { StartAt: before + StartAt, States: Object.fromEntries(renamed) };
}

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

const stepMs = 500;

/** One life of an endpoint: its world so far, what has happened, and a clock. Chance depends on what has happened alone. */
function live(facts: string[], at: number) {
  const world = newWorld();
  for (const fact of facts) applyFact(world, factOf(fact));
  const clock = new ManualClock(at, 12);
  const seed = () => Math.imul(facts.length + 1, 2654435761) >>> 0;
  const engine = createEngine({ clock, place, world, seed, tokenSecret: Buffer.alloc(32) });
  engine.onFact((fact) => void facts.push(lineOf(fact)));
  return { engine, clock, world, facts };
}

type Life = ReturnType<typeof live>;

const timeOf = (fact: Fact) => ("event" in fact ? fact.event.at : start);

/** What has been done to tasks at this very moment: a worker that is as old as the endpoint does nothing twice. */
function doneNow({ facts, clock }: Life, type: (fact: Fact) => boolean): boolean {
  return facts.map(factOf).some((fact) => timeOf(fact) === clock.now() && type(fact));
}

/** A worker that follows the clock: takes a task here, answers one there, and lets others run into their heartbeat. */
async function work(life: Life): Promise<void> {
  const { engine, clock, world } = life;
  const round = (clock.now() - start) / stepMs;
  const { signal } = new AbortController();
  if (round % 4 === 1 && (world.queues.get(activityArn)?.size ?? 0) > 0)
    if (!doneNow(life, ({ type }) => type === "taskHandedOut"))
      await engine.poll(activityArn, undefined, signal);
  const [token] = world.tokens.keys();
  if (round % 8 === 3 && token !== undefined)
    if (!doneNow(life, (fact) => fact.type === "executionEvent" && fact.event.type === "taskSucceeded"))
      engine.answer(token, (key) => ({ type: "taskSucceeded", task: key, output: round }));
}

/** A heartbeat for the oldest task, and a message that its reader deletes. */
function tidy({ engine, clock, world }: Life): void {
  const round = (clock.now() - start) / stepMs;
  const [token] = world.tokens.keys();
  if (round % 4 === 2 && token !== undefined)
    engine.answer(token, (key) => ({ type: "taskHeartbeat", task: key }));
  const [id] = world.messageQueues.get("q")?.messages.keys() ?? [];
  if (round % 16 === 5 && id !== undefined) engine.record({ type: "messageDeleted", queue: "q", id });
}

/** Lets all of it run on for `rounds` steps of the clock. */
async function run(life: Life, rounds: number, tidies = false): Promise<void> {
  const { clock } = life;
  // The moment of the stop first: what was to happen in it and has not.
  await clock.advance(0);
  const untilStep = (stepMs - ((clock.now() - start) % stepMs)) % stepMs;
  await clock.advance(untilStep);
  for (let round = (clock.now() - start) / stepMs; round < rounds; round += 1) {
    await work(life);
    if (tidies) tidy(life);
    await clock.advance(stepMs);
  }
}

const historiesOf = ({ executions }: World) =>
  [...executions.values()].map(({ state, history }) => ({
    name: state.stateMachineName,
    status: state.status,
    history,
  }));

/** Names and ids that are made by chance outside the interpreter: of executions and messages that tasks start and send. */
const withoutChance = (value: unknown) =>
  JSON.stringify(value).replace(
    /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g,
    "(by chance)",
  );

describe("an endpoint that stops at any moment", () => {
  it("goes on from its journal to the same history as without the stop", async () => {
    const property = fc.asyncProperty(
      scope,
      fc.array(fc.integer(), { maxLength: 3 }),
      fc.nat(),
      async (definition, input, at) => {
        const whole = live([], start);
        begin(whole.engine, definition, input);
        await run(whole, 80);
        whole.engine.close();
        expect(whole.clock.pending).toBe(0);

        const rebuilt = newWorld();
        for (const fact of whole.facts) applyFact(rebuilt, factOf(fact));
        expect(rebuilt).toEqual(whole.world);

        const kept = whole.facts.slice(0, 5 + (at % Math.max(1, whole.facts.length - 4)));
        const stoppedAt = Math.max(...kept.map((fact) => timeOf(factOf(fact))));
        const resumed = live(kept, stoppedAt);
        resumed.engine.resume();
        await run(resumed, 80);
        resumed.engine.close();
        expect(withoutChance(historiesOf(resumed.world))).toBe(withoutChance(historiesOf(whole.world)));
        expect(resumed.clock.pending).toBe(0);
      },
    );
    await fc.assert(property, { numRuns: 100, endOnFailure: true });
  });

  it("makes the same world of a journal that was compacted", async () => {
    const property = fc.asyncProperty(scope, async (definition) => {
      const life = live([], start);
      begin(life.engine, definition, [1, 2]);
      await run(life, 80, true);
      life.engine.close();
      const seen = survey();
      for (const fact of life.facts) seen.see(factOf(fact));
      const left = life.facts.flatMap((fact) => seen.leave(factOf(fact)) ?? []);
      expect(life.facts.length - left.length).toBeGreaterThanOrEqual(Math.floor(seen.spare / 3));
      const world = newWorld();
      for (const fact of left) applyFact(world, fact);
      const { timersSet: _one, executions: _two, ...rest } = world;
      expect(life.world).toMatchObject(rest);
      expect(historiesOf(world)).toEqual(historiesOf(life.world));
      expect(pendingIn(world)).toEqual(pendingIn(life.world));
    });
    await fc.assert(property, { numRuns: 60, endOnFailure: true });
  });

  it("carries every execution to its end", async () => {
    const property = fc.asyncProperty(scope, fc.nat(), async (definition, at) => {
      const before = live([], start);
      begin(before.engine, definition, [1, 2]);
      await run(before, 20);
      before.engine.close();
      const life = live(
        before.facts.slice(0, 5 + (at % Math.max(1, before.facts.length - 4))),
        before.clock.now(),
      );
      life.engine.resume();
      for (let rounds = 100; rounds < 20_000; rounds += 100) {
        await run(life, rounds);
        if ([...life.world.executions.values()].every(({ state }) => state.status !== "RUNNING")) break;
      }
      expect([...life.world.executions.values()].map(({ state }) => state.status)).not.toContain("RUNNING");
      life.engine.close();
      expect(life.clock.pending).toBe(0);
    });
    await fc.assert(property, { numRuns: 30, endOnFailure: true });
  });
});
