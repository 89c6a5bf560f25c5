import { backOffMs } from "../domain/back-off.ts";
import { nextBeatAt } from "../domain/heartbeat.ts";
import type { Deps } from "./deps.ts";
import type { TaskFacts } from "./ports.ts";

/** History may lag behind the hand-out for a moment; after this many look-ups without a trace it will not tell any more. */
const maxAttempts = 8;

/**
 * Asks history which execution waits for this task and which timeouts its state declares. HeartbeatSeconds come from the task's
 * input, else from history, else from countersign.yaml. May run twice.
 */
export async function identifyTask(
  deps: Pick<Deps, "approvals" | "identify" | "stepFunctions" | "activities" | "clock" | "entropy" | "log">,
  id: string,
): Promise<void> {
  const approval = await deps.approvals.find(id);
  if (approval === null || approval.status === "lapsed") return;
  const { subject, workerName } = approval;
  const attempts = await deps.identify.identifyAttempts(id);
  let facts: TaskFacts | null = null;
  try {
    facts = await deps.stepFunctions.identify({
      workerName,
      activityArn: subject.activityArn,
      executionArn: subject.executionArn,
    });
  } catch (error) {
    deps.log.warn(
      { approvalId: id, err: error },
      "could not ask history about this task; asking again later",
    );
  }
  const now = deps.clock.now();
  if (facts === null && attempts + 1 < maxAttempts) {
    const waitMs = backOffMs(attempts, deps.entropy.fraction(), { firstMs: 300, maxMs: 30_000 });
    return deps.identify.postponeIdentify(id, new Date(now.getTime() + waitMs));
  }
  const configured = deps.activities.get(subject.activityArn)?.heartbeatSeconds ?? null;
  const heartbeatSeconds = subject.heartbeatSeconds ?? (facts === null ? configured : facts.heartbeatSeconds);
  const timeoutSeconds = subject.timeoutSeconds ?? facts?.timeoutSeconds ?? null;
  const beats = { receivedAt: approval.receivedAt, timeoutSeconds, heartbeatSeconds, identified: true };
  // The first beat under the now known interval counts from the hand-out, so that a short HeartbeatSeconds is never overslept.
  const next = nextBeatAt(beats, approval.lastBeatAt ?? approval.receivedAt, deps.entropy.fraction());
  await deps.identify.identified(id, facts, { timeoutSeconds, heartbeatSeconds, nextBeatAt: next }, now);
  if (facts === null)
    deps.log.warn(
      { approvalId: id },
      "history does not tell which execution this task belongs to; it stays decidable",
    );
}
