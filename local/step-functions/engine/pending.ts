import { numberOfKey } from "../asl/execution.ts";
import { pathsBelow } from "../asl/threads.ts";
import type { Outward } from "./deliver.ts";
import type { ExecutionRecord, World } from "./world.ts";

/**
 * What the shell has been told to do outside the world and has not come back from, for all executions that run; in the order in which
 * it was told, so that what falls on one moment goes on falling in the same order.
 */
export function pendingIn(world: World): Outward[] {
  const running = [...world.executions.values()].filter(({ state }) => state.status === "RUNNING");
  // Timers first: what the services do sets others, and those were set later.
  return [...timersOf(running), ...running.flatMap(servicesOf)];
}

function timersOf(running: readonly ExecutionRecord[]): Outward[] {
  return running
    .flatMap(({ state, timers }) =>
      [...timers].map(([timer, set]) => ({ executionArn: state.arn, timer, ...set })),
    )
    .sort((one, other) => one.order - other.order)
    .map(({ executionArn, timer, at }) => ({ type: "timerSet", executionArn, timer, at }));
}

function servicesOf({ state }: ExecutionRecord): Outward[] {
  const waits = [...pathsBelow(state.root, [])].flatMap(([, { visit }]) =>
    visit?.waiting?.for === "service" ? [visit.waiting] : [],
  );
  return waits
    .sort((one, other) => numberOfKey(one.key) - numberOfKey(other.key))
    .flatMap((waiting): Outward[] => {
      const ref = { executionArn: state.arn, task: waiting.key };
      if (waiting.phase === "token") return [{ type: "tokenWanted", ref }];
      if (waiting.phase !== "called") return [];
      return [{ type: "serviceCalled", ref, service: waiting.task, parameters: waiting.parameters ?? null }];
    });
}
