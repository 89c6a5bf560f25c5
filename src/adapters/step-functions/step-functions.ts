import {
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  type SFNClient,
} from "@aws-sdk/client-sfn";
import { StepFunctionsUnavailable } from "../../application/ports/unavailable.ts";
import type { StepFunctions, TaskEnding, TaskKey } from "../../application/ports/step-functions.ts";
import type { TaskFacts } from "../../application/ports/identify.ts";
import type { Answer } from "../../domain/answer.ts";
import type { TaskToken } from "../../domain/task-token.ts";
import { TokenUnreadable } from "../crypto/token-cipher.ts";
import type { TokenReader } from "../postgres/token-store.ts";
import { executionOf, machineOf } from "./arns.ts";
import type { Clients } from "./clients.ts";
import { describeExecution } from "./describe-execution.ts";
import { errorName, isClosed, outside, refusalOf, unavailable } from "./errors.ts";
import type { FindExecution, FoundTasks } from "./find-execution.ts";
import type { Forbidden } from "./forbidden.ts";
import { readTasks, type Look } from "./history.ts";
import type { TaskTrace } from "./task-line.ts";

/** Speaks to AWS (or the local endpoint) in our words. Approvals are named by id; their tokens are read here and go nowhere else. */
export function createStepFunctions(
  clients: Pick<Clients, "answers" | "heartbeats" | "control" | "search">,
  tokens: TokenReader,
  find: FindExecution,
  forbidden: Forbidden,
): StepFunctions {
  const { answers, heartbeats, control, search } = clients;
  return {
    beat: (id) =>
      withToken(tokens, id, async (taskToken) => {
        await heartbeats.send(new SendTaskHeartbeatCommand({ taskToken }));
        return "alive" as const;
      }),
    answer: (id, answer) => withToken(tokens, id, (taskToken) => send(answers, taskToken, answer)),
    identify: (key) =>
      outside(async () => {
        const look = lookOf(key, false);
        const claimed = await tasksOfClaimed(search, key, look, forbidden);
        const found = claimed.has(key.workerName) ? claimed : await find.running(key.activityArn, look);
        return new Map([...found].map(([name, task]) => [name, factsOf(task.executionArn, task.trace)]));
      }),
    ending: (key) => outside(() => endingOf(control, find, key, forbidden)),
    execution: (arn) => outside(() => describeExecution(control, arn)),
    start: (stateMachineArn, name, input) => outside(() => start(control, stateMachineArn, name, input)),
  };
}

async function send(answers: SFNClient, taskToken: string, answer: Answer) {
  try {
    if (answer.kind === "success")
      await answers.send(new SendTaskSuccessCommand({ taskToken, output: answer.output }));
    else
      await answers.send(new SendTaskFailureCommand({ taskToken, error: answer.error, cause: answer.cause }));
    return "accepted" as const;
  } catch (error) {
    const refused = refusalOf(error);
    if (refused === null) throw error;
    return { refused };
  }
}

async function withToken<T>(
  tokens: TokenReader,
  id: string,
  call: (taskToken: string) => Promise<T>,
): Promise<T | "closed"> {
  let token: TaskToken | null;
  try {
    token = await tokens.read(id);
  } catch (error) {
    if (error instanceof TokenUnreadable)
      throw new StepFunctionsUnavailable(error.message, { cause: error, kind: "refused" });
    throw error;
  }
  // An erased token belonged to a task that is closed.
  if (token === null) return "closed";
  try {
    return await call(token.reveal());
  } catch (error) {
    if (isClosed(error)) return "closed";
    throw unavailable(error);
  }
}

function lookOf({ workerName, receivedAt }: TaskKey, withData: boolean): Look {
  return { workerName, since: receivedAt, withData };
}

async function endingOf(
  control: SFNClient,
  find: FindExecution,
  key: TaskKey,
  forbidden: Forbidden,
): Promise<TaskEnding | null> {
  const look = lookOf(key, true);
  const tasksIn = [
    () => tasksOfClaimed(control, key, look, forbidden),
    () => find.running(key.activityArn, look),
    () => find.ended(key.activityArn, look),
  ];
  for (const tasks of tasksIn) {
    const task = (await tasks()).get(key.workerName);
    if (task !== undefined) return task.trace.ending;
  }
  return null;
}

/** The input named this execution; it may be wrong, and then the search goes on elsewhere. */
async function tasksOfClaimed(
  client: SFNClient,
  { executionArn }: TaskKey,
  look: Look,
  forbidden: Forbidden,
): Promise<FoundTasks> {
  if (executionArn === null) return new Map();
  try {
    const { tasks } = await readTasks(client, executionArn, look);
    return new Map([...tasks].map(([name, trace]) => [name, { executionArn, trace }]));
  } catch (error) {
    const name = errorName(error);
    if (name === "ExecutionDoesNotExist" || name === "InvalidArn" || name === "ValidationException")
      return new Map();
    if (forbidden.skip(error, "GetExecutionHistory", executionArn)) return new Map();
    throw error;
  }
}

function factsOf(executionArn: string, { ending: _ending, ...trace }: TaskTrace): TaskFacts {
  const executionName = executionArn.split(":").at(-1) ?? executionArn;
  return { ...trace, executionArn, executionName, stateMachineArn: machineOf(executionArn) };
}

/** What is wrong with the request itself stays wrong. */
const refusals = new Set(["ValidationException", "InvalidExecutionInput", "InvalidName", "InvalidArn"]);

async function start(control: SFNClient, stateMachineArn: string, name: string, input: string) {
  const wouldBe = executionOf(stateMachineArn, name);
  try {
    const { executionArn = wouldBe } = await control.send(
      new StartExecutionCommand({ stateMachineArn, name, input }),
    );
    return { kind: "started" as const, executionArn };
  } catch (error) {
    if (errorName(error) === "ExecutionAlreadyExists")
      return { kind: "exists" as const, executionArn: wouldBe };
    if (refusals.has(errorName(error) ?? ""))
      return { kind: "refused" as const, reason: unavailable(error).message };
    throw error;
  }
}
