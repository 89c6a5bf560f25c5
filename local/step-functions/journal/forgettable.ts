import type { ExecutionRecord, World } from "../engine/world.ts";

/** AWS tells of an execution for 90 days after its end: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html. */
const keptMs = 90 * 24 * 3_600_000;

/** The executions that ended longer ago than that. One whose parent is kept is kept with it: the parent's history rests on it. */
export function forgettable({ executions }: World, now: number): string[] {
  const isOver = ({ state }: ExecutionRecord) =>
    state.stoppedAt !== undefined && state.stoppedAt < now - keptMs;
  const mayGo = (execution: ExecutionRecord): boolean => {
    if (!isOver(execution)) return false;
    const parent = execution.parent === undefined ? undefined : executions.get(execution.parent.executionArn);
    return parent === undefined || mayGo(parent);
  };
  return [...executions.values()].filter(mayGo).map(({ state }) => state.arn);
}
