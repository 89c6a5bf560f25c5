import { pathsBelow } from "../asl/threads.ts";
import type { Outward } from "./deliver.ts";
import type { ExecutionRecord, World } from "./world.ts";

/** What the shell has been told to do outside the world and has not come back from, for all executions that run. */
export function pendingIn(world: World): Outward[] {
  return [...world.executions.values()]
    .filter(({ state }) => state.status === "RUNNING")
    .flatMap((execution) => [...timersOf(execution), ...servicesOf(execution)]);
}

function timersOf({ state, timers }: ExecutionRecord): Outward[] {
  return [...timers].map(([timer, at]) => ({ type: "timerSet", executionArn: state.arn, timer, at }));
}

function servicesOf({ state }: ExecutionRecord): Outward[] {
  return [...pathsBelow(state.root, [])].flatMap(([, { visit }]): Outward[] => {
    const waiting = visit?.waiting;
    if (waiting?.for !== "service") return [];
    const ref = { executionArn: state.arn, task: waiting.key };
    if (waiting.phase === "token") return [{ type: "tokenWanted", ref }];
    if (waiting.phase !== "called") return [];
    return [{ type: "serviceCalled", ref, service: waiting.task, parameters: waiting.parameters ?? null }];
  });
}
