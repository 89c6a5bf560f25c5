import { randomUUID } from "node:crypto";
import type { ExecutionEvent } from "../asl/execution-event.ts";
import type { Json } from "../asl/json.ts";
import { checkName, makeArn, placeOf } from "./arn.ts";
import { executionAlreadyExists, executionDoesNotExist, invalidInput } from "./aws-error.ts";
import type { Engine } from "./engine.ts";
import { readPayload } from "./read-payload.ts";
import { machineToRun } from "./state-machines.ts";
import type { ExecutionRecord, TaskRef } from "./world.ts";

export interface StartRequest {
  readonly stateMachineArn: string;
  readonly name?: string | null | undefined;
  /** JSON text. */
  readonly input?: string | null | undefined;
}

/** A task that starts an execution: it is told so by the same fact, and of its end too if it waits for that. */
export interface Starter {
  readonly ref: TaskRef;
  readonly waits: boolean;
  /** An AWS SDK integration shows dates as texts, an optimized one in epoch milliseconds. */
  readonly datesAsText: boolean;
}

/** Idempotent while the execution runs: same name and input. Throws ExecutionAlreadyExists for other input, or afterwards. */
export function startExecution(engine: Engine, request: StartRequest, starter?: Starter): ExecutionRecord {
  const { world } = engine;
  const { stateMachine, ...qualified } = machineToRun(engine, request.stateMachineArn);
  const inputText = request.input ?? "{}";
  const name = request.name ?? randomUUID();
  checkName(name);
  if (inputText.trim() === "") throw invalidInput("Invalid execution input.");
  const input = readPayload(inputText, invalidInput);
  const arn = makeArn(placeOf(stateMachine.arn), "execution", stateMachine.name, name);
  const known = world.executions.get(arn);
  if (known !== undefined) {
    if (known.state.status !== "RUNNING" || known.inputText !== inputText) throw executionAlreadyExists(arn);
    if (starter !== undefined) tellStarter(engine, starter, known.state);
    return known;
  }
  const { arn: stateMachineArn, name: stateMachineName, roleArn } = stateMachine;
  const startedAt = engine.now();
  const execution = { arn, name, stateMachineArn, stateMachineName, roleArn, input, startedAt, ...qualified };
  const answer = starter === undefined ? undefined : taskAnswer(engine, starter, { arn, startedAt });
  engine.record({
    type: "executionCreated",
    execution,
    inputText,
    seed: engine.seed(),
    ...(answer === undefined ? {} : { answer }),
    ...(starter?.waits === true ? { parent: starter.ref } : {}),
  });
  const started = world.executions.get(arn);
  if (started === undefined) throw executionDoesNotExist(arn);
  return started;
}

type Started = { readonly arn: string; readonly startedAt: number };

/** The execution runs already: the task is told so, and waits for its end if it would have waited for the end of one of its own. */
function tellStarter(engine: Engine, starter: Starter, started: Started): void {
  const answer = taskAnswer(engine, starter, started);
  engine.record(
    starter.waits
      ? { type: "executionJoined", arn: started.arn, answer, parent: starter.ref }
      : { type: "executionEvent", arn: answer.executionArn, event: answer.event },
  );
}

function taskAnswer(engine: Engine, starter: Starter, started: Started) {
  const event: ExecutionEvent = { ...answerOf(starter, started), at: engine.now(), seed: engine.seed() };
  return { executionArn: starter.ref.executionArn, event };
}

function answerOf({ ref, datesAsText }: Starter, { arn, startedAt }: Started) {
  const StartDate = datesAsText ? new Date(startedAt).toISOString() : startedAt;
  const output: Json = { ExecutionArn: arn, StartDate };
  return { type: "serviceAnswered", task: ref.task, output } as const;
}
