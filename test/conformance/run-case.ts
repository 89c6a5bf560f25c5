import * as sfn from "@aws-sdk/client-sfn";
import * as sqs from "@aws-sdk/client-sqs";
import { setTimeout as pause } from "node:timers/promises";
import type { Json, JsonObject } from "../../local/step-functions/asl/json.ts";
import type { StepFunctions } from "../../local/step-functions/server.ts";
import type { ApiCase, Case, ExecutionCase, ExpectedError, Setup } from "./cases.ts";
import { compareHistory, eventOf } from "./compare-history.ts";
import { fillIn, type Names } from "./fill-in.ts";
import { match, matchAwsText, type Bindings, type Matching } from "./matching.ts";
import { startWorker } from "./worker.ts";

/** An endpoint under test and the SDK's clients for it. */
export interface Bench {
  readonly endpoint: StepFunctions;
  readonly sfn: sfn.SFNClient;
  readonly sqs: sqs.SQSClient;
}

/** Throws what goes wrong; else says whether the answers agree. */
export async function runCase(bench: Bench, each: Case): Promise<Matching> {
  const { accountId, region } = bench.endpoint;
  const names: Names = new Map<string, Json>([
    ["account", accountId],
    ["region", region],
  ]);
  await setUp(bench, each.setup ?? {}, names);
  return "steps" in each ? runCalls(bench, each, names) : runExecution(bench, each, names);
}

/** Sends a call by its name. Dates of the answer become texts. */
export async function call(bench: Bench, name: string, params: JsonObject): Promise<JsonObject> {
  const Command = (sfn as unknown as Record<string, new (input: JsonObject) => sfn.DescribeExecutionCommand>)[
    `${name}Command`
  ];
  if (Command === undefined) throw new Error(`the SDK has no ${name}`);
  const { $metadata: _, ...answer } = await bench.sfn.send(new Command(params));
  return JSON.parse(JSON.stringify(answer)) as JsonObject;
}

/** An answer in the form of the recordings, whose events have their one …EventDetails member under `details`. */
function asRecorded(answer: JsonObject): JsonObject {
  if (!Array.isArray(answer.events)) return answer;
  const events = answer.events.map((event) => ({ ...eventOf(event as unknown as sfn.HistoryEvent) }));
  return { ...answer, events };
}

const roleArn = "arn:aws:iam::${account}:role/role-${uid9}";

async function setUp(bench: Bench, setup: Setup, names: Names): Promise<void> {
  for (const [key, { kind, definition, deleted }] of Object.entries(setup)) {
    const name = fillIn(`${key}-\${uid8}`, names);
    if (kind === "queue") {
      const { QueueUrl: url } = await bench.sqs.send(new sqs.CreateQueueCommand({ QueueName: name }));
      names.set(`${key}.url`, url ?? "");
    } else if (kind === "activity") {
      const { activityArn } = await call(bench, "CreateActivity", { name });
      names.set(`${key}.arn`, activityArn ?? "");
      if (deleted === true) await call(bench, "DeleteActivity", { activityArn: activityArn ?? "" });
    } else {
      const text = JSON.stringify(fillIn(definition, names));
      const params = fillIn({ name, definition: text, roleArn }, names);
      names.set(`${key}.arn`, (await call(bench, "CreateStateMachine", params)).stateMachineArn ?? "");
    }
  }
}

async function runExecution(bench: Bench, each: ExecutionCase, names: Names): Promise<Matching> {
  const machine = fillIn({ name: "machine-${uid7}", roleArn }, names);
  const definition = JSON.stringify(fillIn(each.definition, names));
  const { stateMachineArn } = await call(bench, "CreateStateMachine", { ...machine, definition });
  const worker = each.worker === undefined ? undefined : startWorker(bench, each.worker, names);
  try {
    const input = JSON.stringify(fillIn(each.input ?? {}, names));
    const name = each.name === undefined ? {} : { name: fillIn(each.name, names) };
    const started = await call(bench, "StartExecution", {
      stateMachineArn: stateMachineArn ?? "",
      input,
      ...name,
    });
    const executionArn = String(started.executionArn);
    await untilClosed(bench, executionArn);
    return await compareExecution(bench, executionArn, fillIn(each, names));
  } finally {
    await worker?.stop();
  }
}

async function compareExecution(
  bench: Bench,
  executionArn: string,
  { expect }: ExecutionCase,
): Promise<Matching> {
  const { events: expectedEvents, describe = {}, ...outcome } = expect;
  const described = await call(bench, "DescribeExecution", { executionArn });
  const { status = "", output, error, cause } = described;
  const actual = {
    status,
    ...(output === undefined || outcome.output === undefined
      ? {}
      : { output: JSON.parse(String(output)) as Json }),
    ...(error === undefined || outcome.error === undefined ? {} : { error }),
    ...(cause === undefined || outcome.cause === undefined ? {} : { cause }),
  };
  const end = match(outcome as JsonObject, actual, new Map());
  // The whole of the answer is kept beside a failure: its error tells more than the status alone.
  if (end.bindings === undefined)
    return { difference: `${end.difference}; ${JSON.stringify(actual)} ${String(cause)}` };
  const members = match(describe, described, end.bindings, { moreMembers: true }, "describe");
  if (members.bindings === undefined || expectedEvents === undefined) return members;
  const events = await wholeHistory(bench, executionArn);
  const history = compareHistory(expectedEvents, events, members.bindings);
  return { ...history, loose: [end, members, history].flatMap(({ loose = [] }) => loose) };
}

async function wholeHistory(bench: Bench, executionArn: string): Promise<sfn.HistoryEvent[]> {
  const events: sfn.HistoryEvent[] = [];
  const config = { client: bench.sfn };
  for await (const page of sfn.paginateGetExecutionHistory(config, { executionArn, maxResults: 1_000 }))
    events.push(...(page.events ?? []));
  return events;
}

async function untilClosed(bench: Bench, executionArn: string): Promise<void> {
  for (let waited = 0; ; waited += 50) {
    const { status } = await call(bench, "DescribeExecution", { executionArn });
    if (status !== "RUNNING") return;
    if (waited > 20_000) throw new Error("still RUNNING after 20 s");
    await pause(50);
  }
}

async function untilStarted(bench: Bench, executionArn: string): Promise<void> {
  for (;;) {
    const events = await wholeHistory(bench, executionArn);
    if (events.some(({ type }) => type?.endsWith("StateEntered") === true)) return;
    await pause(50);
  }
}

async function runCalls(bench: Bench, { steps }: ApiCase, names: Names): Promise<Matching> {
  const loose: string[] = [];
  let bindings: Bindings = new Map<string, string>();
  for (const [index, step] of steps.entries()) {
    const at = `step ${index + 1}`;
    if ("wait" in step) {
      const executionArn = fillIn(step.executionArn, names);
      await (step.wait === "closed" ? untilClosed : untilStarted)(bench, executionArn);
      continue;
    }
    const params = asTexts(fillIn(step.params ?? {}, names));
    const { error, result = {} } = fillIn(step.expect ?? {}, names);
    const answer = await call(bench, step.call, params).catch((thrown: unknown) => thrown as Error);
    if (answer instanceof Error) {
      if (error === undefined) throw new Error(`${at} ${step.call}`, { cause: answer });
      const outcome = matchError(error, answer, bindings, `${at} ${step.call}`);
      if (outcome.bindings === undefined) return outcome;
      ({ bindings } = outcome);
      loose.push(...(outcome.loose ?? []));
      continue;
    }
    if (error !== undefined) return { difference: `${at} ${step.call}: expected ${JSON.stringify(error)}` };
    for (const [name, value] of Object.entries(answer)) names.set(`${index + 1}.${name}`, value);
    const outcome = step.call.startsWith("List")
      ? matchList(result, asRecorded(answer), bindings, `${at} ${step.call}`)
      : match(result, asRecorded(answer), bindings, { moreMembers: true }, `${at} ${step.call}`);
    if (outcome.bindings === undefined) return outcome;
    ({ bindings } = outcome);
  }
  return { bindings, loose };
}

/** Lists of activities and machines hold those of other cases, too: what is expected must be among them. */
function matchList(expected: JsonObject, actual: JsonObject, bindings: Bindings, at: string): Matching {
  let bound = bindings;
  for (const [name, items] of Object.entries(expected)) {
    const found = actual[name];
    const shared = name === "activities" || name === "stateMachines";
    if (!shared || !Array.isArray(items) || !Array.isArray(found)) {
      const outcome = match(items, found, bound, { moreMembers: true }, `${at}/${name}`);
      if (outcome.bindings === undefined) return outcome;
      bound = outcome.bindings;
      continue;
    }
    for (const item of items) {
      const outcome = found
        .map((each) => match(item, each, bound, { moreMembers: true }, `${at}/${name}`))
        .find((each) => each.bindings !== undefined);
      if (outcome?.bindings === undefined)
        return { difference: `${at}: ${JSON.stringify(item)} is not listed` };
      bound = outcome.bindings;
    }
  }
  return { bindings: bound };
}

function matchError(expected: ExpectedError, thrown: Error, bindings: Bindings, at: string): Matching {
  const { $metadata } = thrown as Error & { $metadata?: { httpStatusCode?: number } };
  const actual = { code: thrown.name, httpStatus: $metadata?.httpStatusCode ?? 0, message: thrown.message };
  const { message, ...rest } = expected;
  const outcome = match(rest as JsonObject, actual, bindings, { moreMembers: true }, at);
  if (outcome.bindings === undefined) return { difference: `${outcome.difference} (${thrown.message})` };
  return message === undefined ? outcome : matchAwsText(message, thrown.message, outcome.bindings, {}, at);
}

/** Definitions and inputs that are objects or arrays travel as texts. */
function asTexts(params: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      const asText = (name === "definition" || name === "input") && typeof value === "object";
      return [name, asText ? JSON.stringify(value) : value];
    }),
  );
}
