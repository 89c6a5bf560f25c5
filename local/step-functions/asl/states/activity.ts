import { effectiveInput, taskInputOf } from "../data-flow.ts";
import type { TaskState } from "../definition.ts";
import type { ActivityWait } from "../execution.ts";
import type { JsonObject } from "../json.ts";
import { append, newKey, wait, type Here } from "../turn.ts";
import { clocksOf, startClocks } from "./task-clocks.ts";

/** Asks for an activity to be scheduled. Each attempt evaluates its input anew, since RetryCount may be in it. */
export function activity(here: Here<TaskState>): void {
  const { definition } = here;
  const effective = effectiveInput(here);
  const input = taskInputOf(here, effective);
  const clocks = clocksOf(here, effective);
  const key = newKey(here, "task");
  const activityArn = definition.Resource;
  wait(here, { for: "activity", phase: "requested", key, activityArn, input, ...clocks });
  here.turn.effects.push({ type: "scheduleActivity", task: key, activityArn, input });
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
  startClocks(here, waiting);
}
