import type { Occurrence } from "../asl/execution-event.ts";
import type { Fact } from "./apply-fact.ts";
import type { Place } from "./arn.ts";
import type { TaskDesk } from "./task-desk.ts";
import type { World } from "./world.ts";

/** The shell around the interpreter: it keeps the world, the clock's timers and the polls that are open. */
export interface Engine extends Pick<TaskDesk, "poll" | "openPolls" | "answer"> {
  readonly place: Place;
  /** To be read; it changes through `record` alone. */
  readonly world: World;
  now(): number;
  /** Brings a fact into the world and does what follows from it. */
  record(fact: Fact): void;
  /** Does what nobody calls for again; while its facts cannot be kept, once a second. */
  insist(action: () => void): void;
  /**
   * Calls `listener` with every fact before it is applied: the seam for a journal. If it throws, the fact does not happen: `record`
   * throws FactNotKept. Answers how to stop that.
   */
  onFact(listener: (fact: Fact) => void): () => void;
  /** Hands an event to an execution, at this moment. */
  send(executionArn: string, occurrence: Occurrence): void;
  /** A seed for whoever makes a fact that holds one. */
  seed(): number;
  /** Resolves when a message may be in a queue, at the latest at `until`; with false if nobody is to wait any more. */
  messageIn(queue: string, until: number, signal: AbortSignal): Promise<boolean>;
  /** Ends all polls and waits for messages with nothing, and hands out nothing from here on. */
  releasePolls(): void;
  /**
   * Arms the timers of a world that facts have rebuilt, and asks again for what was asked for and never answered: a service
   * may be called twice, a task token is issued anew only if none has been.
   */
  resume(): void;
  /** Cancels all timers and ends all polls. */
  close(): void;
}
