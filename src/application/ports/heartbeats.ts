import type { BeatDemand } from "../../domain/beat-plan.ts";
import type { BeatFacts } from "../../domain/heartbeat.ts";

export interface DueBeat extends BeatFacts {
  id: string;
  /** Decided approvals are kept alive too, until their answer is accepted. */
  status: "pending" | "decided";
  lastBeatAt: Date | null;
  nextBeatAt: Date;
  /** When HeartbeatSeconds run out if no beat is heard; null: none are declared. */
  deadlineAt: Date | null;
}

export interface BeatClaim {
  now: Date;
  limit: number;
  /**
   * Tasks whose deadline is nearer than this are left to the rest: on a fleet that cannot keep all of its tasks, a beat for them would
   * come too late and be missing elsewhere. 0: none is given up.
   */
  marginMs: number;
  nextOf(facts: BeatFacts): Date;
}

/** Step Functions heard of task `id`; the call began at `at`. */
export interface HeardBeat {
  id: string;
  at: Date;
}

export interface HeartbeatStore {
  /** What the whole fleet may spend. */
  readonly callsPerSecond: number;
  /** How many beats `claimDue` would find now, at most `max`. */
  countClaimable(now: Date, max: number): Promise<number>;
  /**
   * Takes due beats, those with the earliest deadline first, as far as the fleet's budget goes, and moves each one's next beat forward
   * before anything is sent: a beat that is then lost is simply followed by the next one. Two processes never take the same beat. A
   * small share is for those without a deadline, or past it.
   */
  claimDue(claim: BeatClaim): Promise<string[]>;
  /** When the earliest beat is due; null: there is none. */
  nextDueAt(): Promise<Date | null>;
  /** In the order of their deadlines. */
  load(ids: readonly string[]): Promise<DueBeat[]>;
  beaten(beats: readonly HeardBeat[]): Promise<void>;
  stopBeats(id: string): Promise<void>;
  /** The tasks that need beats, by their HeartbeatSeconds. */
  demand(): Promise<BeatDemand[]>;
  /** Makes beats due that lie further ahead than a plan with this `stretch` puts them: the clock was set back. Returns how many. */
  pullForward(now: Date, stretch: number): Promise<number>;
}
