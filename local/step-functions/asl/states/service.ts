import { effectiveInput, taskInputOf } from "../data-flow.ts";
import type { TaskState } from "../definition.ts";
import type { ServiceWait } from "../execution.ts";
import type { Json, JsonObject } from "../json.ts";
import { isDeferred, type ServiceTask } from "../service-task.ts";
import { append, newKey, renewed, wait, type Here, type HistoryEntry } from "../turn.ts";
import { clocksOf, startClocks } from "./task-clocks.ts";

/** Calls a service. One that is called back needs its token first, since the arguments may contain it. */
export function service(here: Here<TaskState>, task: ServiceTask): void {
  const key = newKey(here, "task");
  const clocks = clocksOf(here, effectiveInput(here));
  const waiting: ServiceWait = { for: "service", phase: "token", key, task, ...clocks };
  wait(here, waiting);
  if (isDeferred(task)) here.turn.effects.push({ type: "issueToken", task: key });
  else callService(renewed(here), waiting);
}

/** The token is there. May throw a StateFault. */
export function tokenIssued(here: Here, waiting: ServiceWait, token: string): void {
  if (waiting.phase !== "token") return;
  const withToken = { ...waiting, token };
  wait(here, withToken);
  callService(renewed(here), withToken);
}

function callService(here: Here, waiting: ServiceWait): void {
  const { turn, path } = here;
  const parameters = taskInputOf(here, effectiveInput(here));
  append(turn, path, scheduled(here, waiting, parameters));
  append(turn, path, { type: started(waiting.task), details: resourceDetails(waiting.task) });
  wait(here, { ...waiting, phase: "called", parameters });
  startClocks(here, waiting);
  turn.effects.push({ type: "callService", task: waiting.key, service: waiting.task, parameters });
}

const started = ({ kind }: ServiceTask) => (kind === "function" ? "LambdaFunctionStarted" : "TaskStarted");

function scheduled({ turn }: Here, waiting: ServiceWait, parameters: Json): HistoryEntry {
  const { task, timeoutSeconds, heartbeatSeconds } = waiting;
  const clocks: JsonObject = {
    ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
    ...(heartbeatSeconds === undefined ? {} : { heartbeatInSeconds: heartbeatSeconds }),
  };
  if (task.kind === "function") {
    const details = { resource: task.functionArn, ...clocks };
    return { type: "LambdaFunctionScheduled", details, input: parameters };
  }
  const region = turn.state.stateMachineArn.split(":")[3] ?? "";
  const details = { ...resourceDetails(task), region, parameters: JSON.stringify(parameters), ...clocks };
  return { type: "TaskScheduled", details };
}

/** What every event of a service's task names. */
function resourceDetails(task: ServiceTask): JsonObject {
  return task.kind === "function" ? {} : { resource: task.resource, resourceType: task.resourceType };
}

/** The service has accepted what is to be done; somebody will say when it is. */
export function serviceSubmitted(here: Here, waiting: ServiceWait, output: Json): void {
  append(here.turn, here.path, { type: "TaskSubmitted", details: resourceDetails(waiting.task), output });
  wait(here, { ...waiting, phase: "submitted" });
}

/** The event of a task that has come to its end, by the name that AWS gives it for this kind of task. */
export function ended(
  { task }: ServiceWait,
  how: "Succeeded" | "Failed" | "TimedOut" | "SubmitFailed",
  more: { readonly details?: JsonObject; readonly output?: Json },
): HistoryEntry {
  const type = task.kind === "function" ? `LambdaFunction${how}` : `Task${how}`;
  return { type, ...more, details: { ...resourceDetails(task), ...more.details } };
}
