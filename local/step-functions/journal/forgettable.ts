import type { ExecutionRecord, World } from "../engine/world.ts";

/** AWS tells of an execution for 90 days after its end: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html. */
const keptMs = 90 * 24 * 3_600_000;

/** The executions that ended longer ago than that. One of whose parents one is kept is kept with it: the parent's history rests on it. */
export function forgettable({ executions }: World, now: number): string[] {
  const isOver = ({ state }: ExecutionRecord) =>
    state.stoppedAt !== undefined && state.stoppedAt < now - keptMs;
  // Executions may wait for each other in a circle, and long chains of them are no matter for the stack.
  const kept = [...executions.values()].filter((each) => !isOver(each));
  const isKept = new Set(kept);
  for (let parent = kept.pop(); parent !== undefined; parent = kept.pop()) {
    for (const arn of parent.children.values()) {
      const child = executions.get(arn);
      if (child === undefined || isKept.has(child)) continue;
      isKept.add(child);
      kept.push(child);
    }
  }
  return [...executions.values()].filter((each) => !isKept.has(each)).map(({ state }) => state.arn);
}
