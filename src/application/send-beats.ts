import type { Deps } from "./deps.ts";
import { lapseClosed } from "./lapse-closed.ts";
import { StepFunctionsUnavailable } from "./ports/unavailable.ts";
import type { DueBeat } from "./ports/heartbeats.ts";

/** Calls under way at once from one batch. */
const concurrency = 16;

type SendBeatsDeps = Pick<Deps, "approvals" | "heartbeats" | "stepFunctions" | "clock" | "log" | "meter">;

/**
 * Sends one heartbeat for each approval that still needs one. A failed beat is followed by the next one, which its claim has
 * already scheduled. "Closed" makes a pending approval lapse; a decided one is ended by its answer alone.
 */
export async function sendBeats(deps: SendBeatsDeps, ids: readonly string[]): Promise<void> {
  const due = (await deps.heartbeats.load(ids)).values();
  const alive: string[] = [];
  const work = async () => {
    // One iterator for all of them: each takes the next that nobody has.
    for (const beat of due) {
      const slackSeconds = slackOf(beat, deps.clock.now());
      const outcome = await sendBeat(deps, beat);
      deps.meter.beatSent(outcome, slackSeconds);
      if (outcome === "alive") alive.push(beat.id);
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: concurrency }, work));
  // What Step Functions heard is written down even if one of the others broke.
  if (alive.length > 0) await deps.heartbeats.beaten(alive, deps.clock.now());
  for (const each of ended) if (each.status === "rejected") throw each.reason;
}

function slackOf({ deadlineAt }: DueBeat, now: Date): number | null {
  return deadlineAt === null ? null : (deadlineAt.getTime() - now.getTime()) / 1000;
}

async function sendBeat(deps: SendBeatsDeps, beat: DueBeat): Promise<"alive" | "closed" | "failed"> {
  try {
    const state = await deps.stepFunctions.beat(beat.id);
    if (state === "closed" && beat.status === "pending") await lapseClosed(deps, beat.id);
    if (state === "closed" && beat.status === "decided") await deps.heartbeats.stopBeats(beat.id);
    return state;
  } catch (error) {
    if (!(error instanceof StepFunctionsUnavailable)) throw error;
    deps.log.warn({ approvalId: beat.id, err: error }, "a heartbeat failed; the next one follows");
    return "failed";
  }
}
