import type { BeatPlan } from "../domain/beat-plan.ts";
import { nextBeatAt } from "../domain/heartbeat.ts";
import type { Deps } from "./deps.ts";
import type { QueueName } from "./ports/queue.ts";

type SweepDeps = Pick<
  Deps,
  "approvals" | "heartbeats" | "answers" | "identify" | "intake" | "supersede" | "bell" | "clock" | "entropy"
>;

/** What is done when a bell rings. */
export type Work = Readonly<Record<QueueName, (ids: readonly string[]) => Promise<void>>>;

interface Ring {
  key: string;
  ids: readonly string[];
}

/** Beats travel together: one job per batch costs the queue a hundredth. */
const beatsPerJob = 100;
const perSweep = 1000;

/** What a sweep needs of the plan under which the fleet beats. */
export type SweepPlan = Pick<BeatPlan, "stretch" | "atRisk">;

const calm: SweepPlan = { stretch: 1, atRisk: 0 };

/** A beat claimed later than this before its deadline may well arrive after it: through the queue, and over the network. */
const tooLateMs = 2_000;

/**
 * Finds in Postgres whatever is due and rings for it. The queue may forget everything at any moment: the next sweep rings again. Where
 * the bell does not ring at all, this process does the work itself: a task must not die because Redis is away. Returns when the next
 * beat is due; null: none is scheduled.
 */
export async function sweep(deps: SweepDeps, work: Work, plan: SweepPlan = calm): Promise<Date | null> {
  const now = deps.clock.now();
  await Promise.all([
    ringOrWork(deps, work, "beats", beatRings(await claimBeats(deps, now, plan), now)),
    ringOrWork(deps, work, "answers", rings("answers", await deps.answers.due(now, perSweep), now)),
    ringOrWork(
      deps,
      work,
      "identify",
      rings("identify", await deps.identify.dueForIdentify(now, perSweep), now),
    ),
    ringOrWork(
      deps,
      work,
      "policies",
      rings("policies", await deps.approvals.duePolicies(now, perSweep), now),
    ),
    ringOrWork(deps, work, "starts", rings("starts", await deps.intake.dueStarts(now, perSweep), now)),
    ringOrWork(
      deps,
      work,
      "supersede",
      rings("supersede", await deps.supersede.dueForLook(now, perSweep), now),
    ),
  ]);
  return deps.heartbeats.nextDueAt();
}

async function ringOrWork(
  deps: SweepDeps,
  work: Work,
  queue: QueueName,
  due: readonly Ring[],
): Promise<void> {
  if (await deps.bell.ring(queue, due)) return;
  for (const { ids } of due) await work[queue](ids);
}

/** Equal keys within a second are one job, so that many sweeping processes ring once. */
function rings(queue: QueueName, ids: readonly string[], now: Date): Ring[] {
  const second = Math.floor(now.getTime() / 1000);
  return ids.map((id) => ({ key: `${queue}-${id}-${second}`, ids: [id] }));
}

function claimBeats(deps: SweepDeps, now: Date, { stretch, atRisk }: SweepPlan): Promise<string[]> {
  return deps.heartbeats.claimDue({
    now,
    limit: perSweep,
    marginMs: atRisk > 0 ? tooLateMs : 0,
    nextOf: (facts) => nextBeatAt(facts, now, deps.entropy.fraction(), stretch),
  });
}

function beatRings(ids: readonly string[], now: Date): Ring[] {
  return Array.from({ length: Math.ceil(ids.length / beatsPerJob) }, (_, index) => {
    const batch = ids.slice(index * beatsPerJob, (index + 1) * beatsPerJob);
    return { key: `beats-${batch[0] ?? ""}-${now.getTime()}`, ids: batch };
  });
}
