import type { BeatPlan } from "../domain/beat-plan.ts";
import { nextBeatAt } from "../domain/heartbeat.ts";
import type { Deps } from "./deps.ts";
import { lapseClosed } from "./lapse-closed.ts";
import { StepFunctionsUnavailable } from "./ports/unavailable.ts";
import type { DueBeat, HeardBeat } from "./ports/heartbeats.ts";

/** Beats of one batch. */
export const beatsPerBatch = 100;

/** Calls under way at once from one batch. */
const concurrency = 16;

/** A beat claimed later than this before its deadline may well arrive after it. */
const tooLateMs = 2_000;

type SendBeatsDeps = Pick<
  Deps,
  "approvals" | "heartbeats" | "stepFunctions" | "clock" | "entropy" | "log" | "meter"
>;

/** What a claim needs of the plan under which the fleet beats. */
export type ClaimPlan = Pick<BeatPlan, "stretch" | "atRisk">;

/**
 * Takes a batch of due beats and sends them. They are taken only now, not when the bell rang, so that calls keep to the budget however
 * long the bell waited for a hand, and none is sent that somebody else has sent since. A failed beat is followed by the next one, which its
 * claim has already scheduled. "Closed" makes a pending approval lapse; a decided one is ended by its answer alone.
 */
export async function sendBeats(deps: SendBeatsDeps, plan: ClaimPlan): Promise<void> {
  const ids = await claim(deps, plan);
  if (ids.length === 0) return;
  const due = (await deps.heartbeats.load(ids)).values();
  const heard: HeardBeat[] = [];
  const work = async () => {
    // One iterator for all of them: each takes the next that nobody has.
    for (const beat of due) {
      const at = deps.clock.now();
      // The calls before it hung so long that it is due again: whoever takes it next sends it.
      if (at >= beat.nextBeatAt) continue;
      const outcome = await sendBeat(deps, beat);
      deps.meter.beatSent(outcome, slackOf(beat, at));
      if (outcome === "alive") heard.push({ id: beat.id, at });
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: concurrency }, work));
  // What Step Functions heard is written down even if one of the others broke.
  if (heard.length > 0) await deps.heartbeats.beaten(heard);
  for (const each of ended) if (each.status === "rejected") throw each.reason;
}

function claim(deps: SendBeatsDeps, { stretch, atRisk }: ClaimPlan): Promise<string[]> {
  const now = deps.clock.now();
  return deps.heartbeats.claimDue({
    now,
    limit: beatsPerBatch,
    marginMs: atRisk > 0 ? tooLateMs : 0,
    nextOf: (facts) => nextBeatAt(facts, now, deps.entropy.fraction(), stretch),
  });
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
