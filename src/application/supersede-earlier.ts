import { countersignItself } from "../domain/actor.ts";
import type { Deps } from "./deps.ts";
import type { TaskFacts } from "./ports/identify.ts";

/**
 * A retry or a redrive gives the same step a new task: what was asked for the tries before it cannot be decided any more. History has
 * proven that they ended, so a task of another branch or of another item of a Map is never taken for one. Decided ones are left to
 * their answers. Returns the approval of the nearest earlier try; null: there is none.
 */
export async function supersedeEarlier(
  deps: Pick<Deps, "identify" | "clock" | "log">,
  id: string,
  { earlierWorkerNames, attempt }: TaskFacts,
): Promise<string | null> {
  if (earlierWorkerNames.length === 0) return null;
  const tries = await deps.identify.findTries(earlierWorkerNames);
  const at = deps.clock.now();
  for (const earlier of tries) {
    if (earlier.status !== "pending" && earlier.status !== "lapsed") continue;
    const event = {
      type: "approval.lapsed",
      at,
      approvalId: earlier.id,
      actor: countersignItself,
      detail: { reason: "superseded", supersededById: id },
    } as const;
    if (await deps.identify.supersede(earlier.id, id, at, [event]))
      deps.log.info({ approvalId: earlier.id, supersededById: id, attempt }, "approval superseded");
  }
  for (const name of earlierWorkerNames) {
    const nearest = tries.find(({ workerName }) => workerName === name);
    if (nearest !== undefined) return nearest.id;
  }
  return null;
}
