import type { Deps } from "./deps.ts";
import type { OwnHands } from "./own-hands.ts";
import type { QueueName } from "./ports/queue.ts";
import { beatsPerBatch } from "./send-beats.ts";

type SweepDeps = Pick<
  Deps,
  "approvals" | "heartbeats" | "answers" | "identify" | "intake" | "supersede" | "bell" | "clock"
>;

interface Ring {
  /** Names what is due, in every sweep alike. */
  key: string;
  ids: readonly string[];
}

const perSweep = 1000;

/**
 * Finds in Postgres whatever is due and rings for it. The queue may forget everything at any moment: the next sweep rings again. Where
 * the bell does not ring at all, `hands` do the work. Returns when the next beat is due; null: none is scheduled. Each kind is looked
 * for whatever becomes of the others; throws the first fault once all have been.
 */
export async function sweep(deps: SweepDeps, hands: OwnHands): Promise<Date | null> {
  const now = deps.clock.now();
  const due: Record<QueueName, () => Promise<readonly Ring[]>> = {
    beats: async () => beatRings(await deps.heartbeats.countClaimable(now, perSweep)),
    answers: async () => rings("answers", await deps.answers.due(now, perSweep)),
    identify: async () => rings("identify", await deps.identify.dueForIdentify(now, perSweep)),
    policies: async () => rings("policies", await deps.approvals.duePolicies(now, perSweep)),
    starts: async () => rings("starts", await deps.intake.dueStarts(now, perSweep)),
    supersede: async () => rings("supersede", await deps.supersede.dueForLook(now, perSweep)),
  };
  // Equal keys within a second are one job, so that many sweeping processes ring once.
  const second = Math.floor(now.getTime() / 1000);
  const ofThisSecond = ({ key, ids }: Ring): Ring => ({ key: `${key}-${second}`, ids });
  const queues = Object.keys(due) as QueueName[];
  const done = await Promise.allSettled(
    queues.map(async (queue) => {
      const found = await due[queue]();
      if (!(await deps.bell.ring(queue, found.map(ofThisSecond)))) hands.take(queue, found);
    }),
  );
  const fault = done.find((each) => each.status === "rejected");
  if (fault !== undefined) throw fault.reason;
  return deps.heartbeats.nextDueAt();
}

function rings(queue: QueueName, ids: readonly string[]): Ring[] {
  return ids.map((id) => ({ key: `${queue}-${id}`, ids: [id] }));
}

/** Beats travel together: one job for a batch costs the queue a hundredth. Whoever hears it takes what is most urgent by then. */
function beatRings(count: number): Ring[] {
  const batches = Math.ceil(count / beatsPerBatch);
  return Array.from({ length: batches }, (_, batch) => ({ key: `beats-${batch}`, ids: [] }));
}
