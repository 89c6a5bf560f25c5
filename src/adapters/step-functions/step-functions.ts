import {
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  type SFNClient,
} from "@aws-sdk/client-sfn";
import { StepFunctionsUnavailable } from "../../application/ports/unavailable.ts";
import type { StepFunctions } from "../../application/ports/step-functions.ts";
import type { TaskFacts } from "../../application/ports/identify.ts";
import type { Answer } from "../../domain/answer.ts";
import type { TaskToken } from "../../domain/task-token.ts";
import { TokenUnreadable } from "../crypto/token-cipher.ts";
import type { TokenReader } from "../postgres/token-store.ts";
import type { Clients } from "./clients.ts";
import { describeExecution } from "./describe-execution.ts";
import { errorName, isClosed, outside, refusalOf, unavailable } from "./errors.ts";
import { createFindExecution } from "./find-execution.ts";
import { traceTask, type TaskTrace } from "./history.ts";

/** Speaks to AWS (or the local endpoint) in our words. Approvals are named by id; their tokens are read here and go nowhere else. */
export function createStepFunctions(
  clients: Pick<Clients, "answers" | "heartbeats" | "control" | "search">,
  tokens: TokenReader,
): StepFunctions {
  const { answers, heartbeats, control, search } = clients;
  const findExecution = createFindExecution(search);
  const trace = async (executionArn: string | null, activityArn: string, workerName: string) => {
    const claimed = executionArn === null ? null : await traceClaimed(control, executionArn, workerName);
    return claimed === null || executionArn === null
      ? findExecution(activityArn, workerName)
      : { executionArn, trace: claimed };
  };
  return {
    beat: (id) =>
      withToken(tokens, id, async (taskToken) => {
        await heartbeats.send(new SendTaskHeartbeatCommand({ taskToken }));
        return "alive" as const;
      }),
    answer: (id, answer) => withToken(tokens, id, (taskToken) => send(answers, taskToken, answer)),
    identify: ({ workerName, activityArn, executionArn }) =>
      outside(async () => {
        const found = await trace(executionArn, activityArn, workerName);
        return found === null ? null : factsOf(found.executionArn, found.trace);
      }),
    ending: ({ workerName, activityArn, executionArn }) =>
      outside(async () => (await trace(executionArn, activityArn, workerName))?.trace.ending ?? null),
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

/** The input named this execution; it may be wrong, and then the search goes on elsewhere. */
async function traceClaimed(
  control: SFNClient,
  executionArn: string,
  workerName: string,
): Promise<TaskTrace | null> {
  try {
    return await traceTask(control, executionArn, workerName);
  } catch (error) {
    const name = errorName(error);
    if (name === "ExecutionDoesNotExist" || name === "InvalidArn" || name === "ValidationException")
      return null;
    throw error;
  }
}

function factsOf(
  executionArn: string,
  { stateName, stateEnteredAt, timeoutSeconds, heartbeatSeconds }: TaskTrace,
): TaskFacts {
  const executionName = executionArn.split(":").at(-1) ?? executionArn;
  return {
    executionArn,
    executionName,
    stateMachineArn: machineOf(executionArn),
    stateName,
    stateEnteredAt,
    timeoutSeconds,
    heartbeatSeconds,
  };
}

/** arn:aws:states:REGION:ACCOUNT:execution:MACHINE:NAME belongs to arn:aws:states:REGION:ACCOUNT:stateMachine:MACHINE. */
function machineOf(executionArn: string): string {
  const parts = executionArn.split(":");
  return [...parts.slice(0, 5), "stateMachine", parts[6] ?? ""].join(":");
}

/** What is wrong with the request itself stays wrong. */
const refusals = new Set(["ValidationException", "InvalidExecutionInput", "InvalidName", "InvalidArn"]);

async function start(control: SFNClient, stateMachineArn: string, name: string, input: string) {
  const wouldBe = `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;
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
