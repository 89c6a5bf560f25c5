import type { BeatFacts } from "../../domain/heartbeat.ts";

export interface DueBeat extends BeatFacts {
  id: string;
  /** Decided approvals are kept alive too, until their answer is accepted. */
  status: "pending" | "decided";
  lastBeatAt: Date | null;
}

export interface HeartbeatStore {
  /**
   * Takes due beats, most urgent first, and moves each one's next beat forward before anything is sent: a beat that is then
   * lost is simply followed by the next one. Two processes never take the same beat.
   */
  claimDue(now: Date, limit: number, nextOf: (facts: BeatFacts) => Date): Promise<string[]>;
  /** When the earliest beat is due; null: there is none. */
  nextDueAt(): Promise<Date | null>;
  load(ids: readonly string[]): Promise<DueBeat[]>;
  beaten(ids: readonly string[], at: Date): Promise<void>;
  stopBeats(id: string): Promise<void>;
  /**
   * Makes beats due that lie further ahead than they can (HeartbeatSeconds, or `furthestSeconds` where none is declared): the clock
   * was set back. Returns how many.
   */
  pullForward(now: Date, furthestSeconds: number): Promise<number>;
}
