import { numberOf } from "../data-flow.ts";
import type { TaskState } from "../definition.ts";
import type { Json } from "../json.ts";
import type { Key, TaskWait } from "../execution.ts";
import type { Here, Turn } from "../turn.ts";

/** The two clocks of a task that somebody outside works on: TimeoutSeconds, and HeartbeatSeconds. */

/** Both clocks start: when a worker takes an activity, when a service has been called. */
export function startClocks({ turn }: Here, waiting: TaskWait): void {
  if (waiting.timeoutSeconds !== undefined) {
    const at = turn.at + waiting.timeoutSeconds * 1000;
    turn.effects.push({ type: "setTimer", timer: timeoutTimer(waiting), at });
  }
  resetHeartbeat({ turn }, waiting);
}

/** A heartbeat leaves no trace in history and moves nothing but its own clock. */
export function resetHeartbeat({ turn }: Pick<Here, "turn">, waiting: TaskWait): void {
  if (waiting.heartbeatSeconds === undefined) return;
  const at = turn.at + waiting.heartbeatSeconds * 1000;
  turn.effects.push({ type: "setTimer", timer: heartbeatTimer(waiting), at });
}

/** Takes the task out of the world: no clock runs for it and nobody can answer it any more. */
export function closeTask({ effects }: Turn, waiting: TaskWait): void {
  effects.push({ type: "closeTask", task: waiting.key });
  if (waiting.timeoutSeconds !== undefined)
    effects.push({ type: "cancelTimer", timer: timeoutTimer(waiting) });
  if (waiting.heartbeatSeconds !== undefined)
    effects.push({ type: "cancelTimer", timer: heartbeatTimer(waiting) });
}

export function timeoutTimer({ key }: { readonly key: Key }): Key {
  return `timeout-${key}`;
}

export function heartbeatTimer({ key }: { readonly key: Key }): Key {
  return `heartbeat-${key}`;
}

export function isHeartbeatTimer(timer: Key): boolean {
  return timer.startsWith("heartbeat-");
}

/** The seconds that a state declares. Throws EvaluationFault, or States.Runtime for a path to something else. */
export function clocksOf(
  here: Here<TaskState>,
  input: Json,
): Pick<TaskWait, "timeoutSeconds" | "heartbeatSeconds"> {
  const { definition } = here;
  const accepts = (value: number) => Number.isInteger(value) && value > 0;
  const read = (name: "TimeoutSeconds" | "HeartbeatSeconds") =>
    numberOf(here, input, {
      name,
      value: definition[name],
      path: definition[`${name}Path`],
      accepts,
      atPath: (path, value) =>
        `The ${name}Path parameter does not reference a positive integer: ${path} == ${JSON.stringify(value)}`,
    });
  const timeoutSeconds = read("TimeoutSeconds");
  const heartbeatSeconds = read("HeartbeatSeconds");
  return {
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    ...(heartbeatSeconds === undefined ? {} : { heartbeatSeconds }),
  };
}
