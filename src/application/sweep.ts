import { nextBeatAt } from "../domain/heartbeat.ts";
import type { Deps } from "./deps.ts";
import type { QueueName } from "./ports.ts";

type SweepDeps = Pick<Deps, "heartbeats" | "answers" | "identify" | "intake" | "bell" | "clock" | "entropy">;

/** Beats travel together: one job per batch costs the queue a hundredth. */
const beatsPerJob = 100;
const perSweep = 1000;

/**
 * Finds in Postgres whatever is due and rings for it. The queue may forget everything at any moment: the next sweep rings again.
 * Returns when the next beat is due; null: none is scheduled.
 */
export async function sweep(deps: SweepDeps): Promise<Date | null> {
  const now = deps.clock.now();
  await Promise.all([
    ringDue(deps, "answers", await deps.answers.due(now, perSweep)),
    ringDue(deps, "identify", await deps.identify.dueForIdentify(now, perSweep)),
    ringDue(deps, "starts", await deps.intake.dueStarts(now, perSweep)),
    ringBeats(deps, now),
  ]);
  return deps.heartbeats.nextDueAt();
}

/** Equal keys within a second are one job, so that many sweeping processes ring once. */
async function ringDue(deps: SweepDeps, queue: QueueName, ids: readonly string[]): Promise<void> {
  const second = Math.floor(deps.clock.now().getTime() / 1000);
  await deps.bell.ring(
    queue,
    ids.map((id) => ({ key: `${queue}-${id}-${second}`, ids: [id] })),
  );
}

async function ringBeats(deps: SweepDeps, now: Date): Promise<void> {
  const ids = await deps.heartbeats.claimDue(now, perSweep, (facts) =>
    nextBeatAt(facts, now, deps.entropy.fraction()),
  );
  const batches = Array.from({ length: Math.ceil(ids.length / beatsPerJob) }, (_, index) =>
    ids.slice(index * beatsPerJob, (index + 1) * beatsPerJob),
  );
  await deps.bell.ring(
    "beats",
    batches.map((batch) => ({ key: `beats-${batch[0] ?? ""}-${now.getTime()}`, ids: batch })),
  );
}
