import { isHeartbeatTimer } from "../asl/states/task-clocks.ts";
import type { World } from "./world.ts";

/** What happens to the endpoint itself. */
export type LifeFact =
  /** It runs again, so long after the last thing that was written down. */
  | { readonly type: "resumed"; readonly at: number; readonly awayMs: number }
  /** Executions that ended so long ago that AWS would not know them any more either. */
  | { readonly type: "executionsForgotten"; readonly arns: readonly string[] };

export function applyLifeFact(world: World, fact: LifeFact): void {
  if (fact.type === "resumed") return excuseHeartbeats(world, fact.awayMs);
  for (const arn of fact.arns) forget(world, arn);
}

/** While the endpoint was away nobody could send it a heartbeat: that time does not count. */
function excuseHeartbeats(world: World, awayMs: number): void {
  for (const { state, timers } of world.executions.values()) {
    if (state.status !== "RUNNING") continue;
    for (const [timer, set] of timers)
      if (isHeartbeatTimer(timer)) timers.set(timer, { ...set, at: set.at + awayMs });
  }
}

function forget(world: World, arn: string): void {
  const execution = world.executions.get(arn);
  if (execution === undefined) return;
  world.executions.delete(arn);
  const machine = execution.stateMachine.arn;
  const left = world.executionsOf.get(machine)?.filter((each) => each !== arn) ?? [];
  if (left.length > 0) world.executionsOf.set(machine, left);
  else world.executionsOf.delete(machine);
}
