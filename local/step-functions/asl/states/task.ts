import type { TaskState } from "../definition.ts";
import type { ServiceWait, TaskWait } from "../execution.ts";
import { finish } from "../flow.ts";
import { attempt } from "../handle-fault.ts";
import type { Json, JsonObject } from "../json.ts";
import { isActivity, isDeferred, readServiceTask } from "../service-task.ts";
import { runtimeFault, StateFault } from "../state-fault.ts";
import { append, renewed, wait, type Here } from "../turn.ts";
import { activity } from "./activity.ts";
import { ended, service, serviceSubmitted } from "./service.ts";
import { closeTask } from "./task-clocks.ts";

/** Task: work that somebody outside does. */
export function task(here: Here<TaskState>): void {
  const { Resource: resource } = here.definition;
  if (isActivity(resource)) return activity(here);
  const found = readServiceTask(resource);
  if (found === undefined) throw runtimeFault(`The resource '${resource}' is not supported by this endpoint`);
  service(here, found);
}

/** The task has been done. */
export function taskSucceeded(here: Here<TaskState>, waiting: TaskWait, output: Json): void {
  close(here, waiting);
  const entry =
    waiting.for === "activity"
      ? { type: "ActivitySucceeded", output }
      : ended(waiting, "Succeeded", { output });
  const now = renewed(here);
  attempt(now, () => {
    append(now.turn, now.path, entry);
    finish(now, output, now.definition, now.definition);
  });
}

/** The task has failed: the worker says so, or the service that was to do it. */
export function taskFailed(
  here: Here<TaskState>,
  waiting: TaskWait,
  { error, cause }: { readonly error?: string; readonly cause?: string },
): void {
  const details = { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
  failWith(here, waiting, "Failed", details, new StateFault(error, cause));
}

/** A clock has run out. A missed heartbeat goes into history as States.Timeout too; Retry and Catch know it by its own name. */
export function taskTimedOut(here: Here<TaskState>, waiting: TaskWait, heartbeat: boolean): void {
  const fault = new StateFault("States.Timeout", undefined, heartbeat ? ["States.HeartbeatTimeout"] : []);
  failWith(here, waiting, "TimedOut", { error: "States.Timeout" }, fault);
}

/** The service has answered: that is all, or the beginning of what is to be waited for. */
export function serviceAnswered(here: Here<TaskState>, waiting: ServiceWait, output: Json): void {
  if (isDeferred(waiting.task)) serviceSubmitted(here, waiting, output);
  else taskSucceeded(here, waiting, output);
}

/** The service will not do it. */
export function serviceRefused(
  here: Here<TaskState>,
  waiting: ServiceWait,
  details: { readonly error: string; readonly cause: string },
): void {
  const how = isDeferred(waiting.task) ? "SubmitFailed" : "Failed";
  failWith(here, waiting, how, details, new StateFault(details.error, details.cause));
}

function failWith(
  here: Here<TaskState>,
  waiting: TaskWait,
  how: "Failed" | "TimedOut" | "SubmitFailed",
  details: JsonObject,
  fault: StateFault,
): void {
  close(here, waiting);
  const entry =
    waiting.for === "activity" ? { type: `Activity${how}`, details } : ended(waiting, how, { details });
  append(here.turn, here.path, entry);
  attempt(renewed(here), () => {
    throw fault;
  });
}

function close(here: Here, waiting: TaskWait): void {
  closeTask(here.turn, waiting);
  wait(here, undefined);
}
