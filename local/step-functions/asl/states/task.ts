import type { TaskState } from "../definition.ts";
import type { ActivityWait } from "../execution.ts";
import { finish } from "../flow.ts";
import type { Json, JsonObject } from "../json.ts";
import { fillTemplate } from "../payload-template.ts";
import { filterBy, valueAt, type Scope } from "../scope.ts";
import { runtimeFault } from "../state-fault.ts";
import { append, newKey, scopeOf, wait, type Here } from "../turn.ts";

const activity = /^arn:aws[\w-]*:states:[\w-]*:\d*:activity:/u;

/** Task: asks for its activity to be scheduled. Each attempt evaluates its input anew, since RetryCount may be in it. */
export function task(here: Here<TaskState>): void {
  const { definition, visit } = here;
  if (!activity.test(definition.Resource)) {
    throw runtimeFault(
      `The resource '${definition.Resource}' is not supported by this endpoint: it runs activities`,
    );
  }
  const input = filterBy(definition.InputPath, scopeOf(here, visit.input));
  const scope = scopeOf(here, input);
  const filled = definition.Parameters === undefined ? input : fillTemplate(definition.Parameters, scope);
  const timeout =
    definition.TimeoutSeconds ?? secondsAt("TimeoutSecondsPath", definition.TimeoutSecondsPath, scope);
  const heartbeat =
    definition.HeartbeatSeconds ?? secondsAt("HeartbeatSecondsPath", definition.HeartbeatSecondsPath, scope);
  const key = newKey(here, "task");
  wait(here, {
    for: "activity",
    phase: "requested",
    key,
    activityArn: definition.Resource,
    input: filled,
    ...(timeout === undefined ? {} : { timeoutSeconds: timeout }),
    ...(heartbeat === undefined ? {} : { heartbeatSeconds: heartbeat }),
  });
  here.turn.effects.push({
    type: "scheduleActivity",
    task: key,
    activityArn: definition.Resource,
    input: filled,
  });
}

function secondsAt(field: string, path: string | undefined, scope: Scope): number | undefined {
  if (path === undefined) return undefined;
  const value = valueAt(path, scope);
  if (typeof value === "number" && Number.isInteger(value) && value > 0) return value;
  throw runtimeFault(
    `The ${field} parameter does not reference a positive integer: ${path} == ${JSON.stringify(value)}`,
  );
}

/** The engine has queued the task: only now is it history. */
export function activityScheduled(here: Here, waiting: ActivityWait): void {
  const { timeoutSeconds, heartbeatSeconds } = waiting;
  const details: JsonObject = {
    resource: waiting.activityArn,
    ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
    ...(heartbeatSeconds === undefined ? {} : { heartbeatInSeconds: heartbeatSeconds }),
  };
  append(here.turn, here.path, { type: "ActivityScheduled", details, input: waiting.input });
  wait(here, { ...waiting, phase: "scheduled" });
}

/** A worker has taken the task: both clocks start here, not when it was scheduled. */
export function activityStarted(here: Here, waiting: ActivityWait, workerName: string | undefined): void {
  append(here.turn, here.path, {
    type: "ActivityStarted",
    details: workerName === undefined ? {} : { workerName },
  });
  wait(here, { ...waiting, phase: "started" });
  if (waiting.timeoutSeconds !== undefined) {
    const at = here.turn.at + waiting.timeoutSeconds * 1000;
    here.turn.effects.push({ type: "setTimer", timer: timeoutTimer(waiting), at });
  }
  resetHeartbeat(here, waiting);
}

/** A heartbeat leaves no trace in history and moves nothing but its own clock. */
export function resetHeartbeat(here: Here, waiting: ActivityWait): void {
  if (waiting.heartbeatSeconds === undefined) return;
  const at = here.turn.at + waiting.heartbeatSeconds * 1000;
  here.turn.effects.push({ type: "setTimer", timer: heartbeatTimer(waiting), at });
}

/** Takes the task out of the world: no clock runs for it and nobody can answer it any more. */
export function closeActivity(here: Here, waiting: ActivityWait): void {
  here.turn.effects.push({ type: "closeTask", task: waiting.key });
  if (waiting.timeoutSeconds !== undefined)
    here.turn.effects.push({ type: "cancelTimer", timer: timeoutTimer(waiting) });
  if (waiting.heartbeatSeconds !== undefined)
    here.turn.effects.push({ type: "cancelTimer", timer: heartbeatTimer(waiting) });
}

/** The worker has succeeded. May throw a StateFault. */
export function activitySucceeded(here: Here<TaskState>, output: Json): void {
  append(here.turn, here.path, { type: "ActivitySucceeded", output });
  const { ResultSelector: selector } = here.definition;
  const result = selector === undefined ? output : fillTemplate(selector, scopeOf(here, output));
  finish(here, result, here.definition, here.definition);
}

export function timeoutTimer({ key }: ActivityWait): string {
  return `timeout-${key}`;
}

export function heartbeatTimer({ key }: ActivityWait): string {
  return `heartbeat-${key}`;
}
