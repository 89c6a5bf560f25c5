import { randomInt } from "node:crypto";
import type { ExecutionEvent, Occurrence } from "../asl/execution-event.ts";
import type { Clock } from "../clock.ts";
import { applyFact, type Fact, type Outward } from "./apply-fact.ts";
import type { Place } from "./arn.ts";
import { activityDoesNotExist, invalidToken, taskTimedOut } from "./aws-error.ts";
import type { Functions } from "./functions.ts";
import { messageDesk } from "./message-desk.ts";
import { pendingIn } from "./pending.ts";
import { pollDesk, type HandOut } from "./poll-desk.ts";
import { services } from "./services.ts";
import { tokenMint } from "./task-token.ts";
import { timerBoard } from "./timer-board.ts";
import { newWorld, oldestTask, type TaskRef, type World } from "./world.ts";

/** The shell around the interpreter: it keeps the world, the clock's timers and the polls that are open. */
export interface Engine {
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
  /**
   * Takes the oldest task of an activity, or waits up to 60 s for one. A token is handed out once: when the reply does not
   * reach the worker, it is lost, as on AWS. Throws ActivityDoesNotExist, ActivityWorkerLimitExceeded.
   */
  poll(
    activityArn: string,
    workerName: string | undefined,
    signal: AbortSignal,
  ): Promise<HandOut | undefined>;
  /** Resolves when a message may be in a queue, at the latest at `until`; with false if nobody is to wait any more. */
  messageIn(queue: string, until: number, signal: AbortSignal): Promise<boolean>;
  /** How many polls are open. */
  openPolls(activityArn: string): number;
  /** Ends all polls without a task, and hands out no task from here on. */
  releasePolls(): void;
  /** Hands an event to the task of a token. Throws InvalidToken for a token never issued here, TaskTimedOut for a closed task. */
  answer(token: string, occurrence: (task: string) => Occurrence): void;
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
  const desk = pollDesk(clock);
  const messages = messageDesk(clock);
  const mint = tokenMint(tokenSecret);
  const board = timerBoard(clock, (executionArn, timer) => send(executionArn, { type: "timerFired", timer }));
  const listeners = new Set<(fact: Fact) => void>();
  let released = false;
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
        return issueToken(outward.ref);
      case "serviceCalled":
        return served.call(outward);
      case "messageQueued":
        return messages.notify(outward.queue);
      case "taskQueued":
        return desk.serve(outward.activityArn, (workerName) => handOut(outward.activityArn, workerName));
    }
  }

  function issueToken(ref: TaskRef): void {
    const token = mint.issue();
    record({
      type: "tokenIssued",
      ref,
      token,
      event: eventNow({ type: "tokenIssued", task: ref.task, token }),
    });
  }

  function handOut(activityArn: string, workerName: string | undefined): HandOut | undefined {
    const queued = released ? undefined : oldestTask(world, activityArn);
    if (queued === undefined) return undefined;
    const { executionArn, task, input } = queued;
    const token = mint.issue();
    const event = eventNow({
      type: "activityStarted",
      task,
      ...(workerName === undefined ? {} : { workerName }),
    });
    record({ type: "taskHandedOut", ref: { executionArn, task }, activityArn, token, event });
    return { taskToken: token, input: JSON.stringify(input) };
  }

  const engine: Engine = {
    place,
    world,
    now: () => clock.now(),
    seed,
    record,
    send,
    onFact(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    poll(activityArn, workerName, signal) {
      if (!world.activities.has(activityArn)) throw activityDoesNotExist(activityArn);
      const task = signal.aborted ? undefined : handOut(activityArn, workerName);
      return task === undefined ? desk.wait(activityArn, workerName, signal) : Promise.resolve(task);
    },
    messageIn: (queue, until, signal) => messages.wait(queue, until, signal),
    openPolls: (activityArn) => desk.count(activityArn),
    releasePolls() {
      released = true;
      desk.release();
      messages.release();
    },
    answer(token, occurrence) {
      const ref = world.tokens.get(token);
      if (ref !== undefined) return send(ref.executionArn, occurrence(ref.task));
      throw mint.isOurs(token) ? taskTimedOut() : invalidToken();
    },
    resume() {
      for (const outward of pendingIn(world)) act(outward);
    },
    close() {
      desk.release();
      messages.release();
      served.close();
      board.close();
    },
  };
  const served = services(engine, functions);
  return engine;
}
