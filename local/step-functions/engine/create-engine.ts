import { randomInt } from "node:crypto";
import type { Occurrence } from "../asl/execution-event.ts";
import type { Clock } from "../clock.ts";
import { applyFact, type Fact, type Outward } from "./apply-fact.ts";
import type { Place } from "./arn.ts";
import type { Engine } from "./engine.ts";
import type { Functions } from "./functions.ts";
import { FactNotKept, insistence, type Trouble } from "./insist.ts";
import { messageDesk, type MessageDesk } from "./message-desk.ts";
import { pendingIn } from "./pending.ts";
import { services, type Services } from "./services.ts";
import { taskDesk, type TaskDesk } from "./task-desk.ts";
import { timerBoard, type TimerBoard } from "./timer-board.ts";
import { newWorld, type World } from "./world.ts";

export interface EngineOptions {
  readonly clock: Clock;
  readonly place: Place;
  /** What stands in for Lambda functions. */
  readonly functions?: Functions;
  /** A world that facts have rebuilt; {@link Engine.resume} sets it going again. An empty one by default. */
  readonly world?: World;
  /** Marks the endpoint's task tokens; whoever keeps the world keeps this with it. */
  readonly tokenSecret?: Buffer;
  /** A seed for the randomness of each event, a 32-bit number; by chance by default. */
  readonly seed?: () => number;
  /** Told of what went wrong inside. */
  readonly trouble?: Trouble;
}

export function createEngine(options: EngineOptions): Engine {
  const { clock, place, functions = {}, world = newWorld(), tokenSecret } = options;
  const { trouble = () => undefined } = options;
  const listeners = new Set<(fact: Fact) => void>();
  const seed = options.seed ?? (() => randomInt(2 ** 32));
  const eventNow = (occurrence: Occurrence) => ({ ...occurrence, at: clock.now(), seed: seed() });

  const insist = insistence(clock, trouble);

  function record(fact: Fact): void {
    keep(listeners, fact);
    for (const outward of applyFact(world, fact)) insist(() => act(shell, outward));
  }

  function send(executionArn: string, occurrence: Occurrence): void {
    record({ type: "executionEvent", arn: executionArn, event: eventNow(occurrence) });
  }

  const board = timerBoard(clock, (executionArn, timer) =>
    insist(() => send(executionArn, { type: "timerFired", timer })),
  );
  const tasks = taskDesk({ clock, world, tokenSecret, record, eventNow });
  const messages = messageDesk(clock);
  const releasePolls = () => {
    tasks.releasePolls();
    messages.release();
  };
  const engine: Engine = {
    place,
    world,
    seed,
    record,
    send,
    insist,
    releasePolls,
    poll: tasks.poll,
    openPolls: tasks.openPolls,
    answer: tasks.answer,
    messageIn: messages.wait,
    now: () => clock.now(),
    onFact(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    resume() {
      for (const outward of pendingIn(world)) insist(() => act(shell, outward));
    },
    close() {
      insist.close();
      releasePolls();
      shell.served.close();
      board.close();
    },
  };
  const shell = { board, tasks, messages, trouble, served: services(engine, functions) };
  return engine;
}

/** What stands between the world and the outside. */
interface Shell {
  readonly board: TimerBoard;
  readonly tasks: TaskDesk;
  readonly served: Services;
  readonly messages: MessageDesk;
  readonly trouble: Trouble;
}

function act({ board, tasks, served, messages, trouble }: Shell, outward: Outward): void {
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
    case "executionBroken": {
      const { executionArn, error } = outward;
      return trouble("an execution failed inside the endpoint", { executionArn, error });
    }
  }
}

/** Tells the listeners of a fact before it is one. Throws FactNotKept. */
function keep(listeners: ReadonlySet<(fact: Fact) => void>, fact: Fact): void {
  try {
    for (const listener of listeners) listener(fact);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FactNotKept(`what was to happen could not be written down: ${reason}`, { cause });
  }
}
