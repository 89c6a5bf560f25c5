import { randomInt } from "node:crypto";
import type { ExecutionEvent, Occurrence } from "../asl/execution-event.ts";
import type { Clock } from "../clock.ts";
import { applyFact, type Fact, type Outward } from "./apply-fact.ts";
import type { Place } from "./arn.ts";
import type { Functions } from "./functions.ts";
import { messageDesk } from "./message-desk.ts";
import { pendingIn } from "./pending.ts";
import { services } from "./services.ts";
import { taskDesk, type TaskDesk } from "./task-desk.ts";
import { timerBoard } from "./timer-board.ts";
import { newWorld, type World } from "./world.ts";

/** The shell around the interpreter: it keeps the world, the clock's timers and the polls that are open. */
export interface Engine extends Pick<TaskDesk, "poll" | "openPolls" | "answer"> {
  readonly place: Place;
  /** To be read; it changes through `record` alone. */
  readonly world: World;
  now(): number;
  /** Brings a fact into the world and does what follows from it. */
  record(fact: Fact): void;
  /** Calls `listener` with every fact before it is applied: the seam for a journal. Answers how to stop that. */
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

export interface EngineOptions {
  readonly clock: Clock;
  readonly place: Place;
  /** What stands in for Lambda functions. */
  readonly functions?: Functions;
  /** A world that facts have rebuilt; {@link Engine.resume} sets it going again. An empty one by default. */
  readonly world?: World;
  /** Marks the endpoint's task tokens; whoever keeps the world keeps this with it. */
  readonly tokenSecret?: Buffer;
}

export function createEngine(options: EngineOptions): Engine {
  const { clock, place, functions = {}, world = newWorld(), tokenSecret } = options;
  const listeners = new Set<(fact: Fact) => void>();
  const seed = () => randomInt(2 ** 32);
  const eventNow = (occurrence: Occurrence): ExecutionEvent => ({
    ...occurrence,
    at: clock.now(),
    seed: seed(),
  });

  function record(fact: Fact): void {
    for (const listener of listeners) listener(fact);
    for (const outward of applyFact(world, fact)) act(outward);
  }

  function send(executionArn: string, occurrence: Occurrence): void {
    record({ type: "executionEvent", arn: executionArn, event: eventNow(occurrence) });
  }

  function act(outward: Outward): void {
    switch (outward.type) {
      case "timerSet":
        return board.set(outward.executionArn, outward.timer, outward.at);
      case "timerCancelled":
        return board.cancel(outward.executionArn, outward.timer);
      case "executionEnded":
        return board.cancelAll(outward.executionArn);
      case "tokenWanted":
        return tasks.issueToken(outward.ref);
      case "taskQueued":
        return tasks.serve(outward.activityArn);
      case "serviceCalled":
        return served.call(outward);
      case "messageQueued":
        return messages.notify(outward.queue);
    }
  }

  const board = timerBoard(clock, (executionArn, timer) => send(executionArn, { type: "timerFired", timer }));
  const tasks = taskDesk({ clock, world, tokenSecret, record, eventNow });
  const messages = messageDesk(clock);
  const releasePolls = () => {
    tasks.releasePolls();
    messages.release();
  };
  const engine: Engine = {
    ...{ place, world, seed, record, send, releasePolls },
    ...{ poll: tasks.poll, openPolls: tasks.openPolls, answer: tasks.answer, messageIn: messages.wait },
    now: () => clock.now(),
    onFact(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    resume() {
      for (const outward of pendingIn(world)) act(outward);
    },
    close() {
      releasePolls();
      served.close();
      board.close();
    },
  };
  const served = services(engine, functions);
  return engine;
}
