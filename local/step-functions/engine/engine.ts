import { randomInt } from "node:crypto";
import type { Occurrence } from "../asl/execution-event.ts";
import type { Clock, Timer } from "../clock.ts";
import { applyFact, type Fact, type Outward } from "./apply-fact.ts";
import type { Place } from "./arn.ts";
import { activityDoesNotExist, invalidToken, taskTimedOut } from "./aws-error.ts";
import { pollDesk, type HandOut } from "./poll-desk.ts";
import { tokenMint } from "./task-token.ts";
import { newWorld, oldestTask, type World } from "./world.ts";

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
  /** How many polls are open. */
  openPolls(activityArn: string): number;
  /** Hands an event to the task of a token. Throws InvalidToken for a token never issued here, TaskTimedOut for a closed task. */
  answer(token: string, occurrence: (task: string) => Occurrence): void;
  /** Cancels all timers and ends all polls. */
  close(): void;
}

export function createEngine({ clock, place }: { clock: Clock; place: Place }): Engine {
  const world = newWorld();
  const desk = pollDesk(clock);
  const mint = tokenMint();
  const timers = new Map<string, Map<string, Timer>>();
  const listeners = new Set<(fact: Fact) => void>();
  const seed = () => randomInt(2 ** 32);

  function record(fact: Fact): void {
    for (const listener of listeners) listener(fact);
    for (const outward of applyFact(world, fact)) act(outward);
  }

  function send(executionArn: string, occurrence: Occurrence): void {
    record({
      type: "executionEvent",
      arn: executionArn,
      event: { ...occurrence, at: clock.now(), seed: seed() },
    });
  }

  function act(outward: Outward): void {
    switch (outward.type) {
      case "timerSet":
        return setTimer(outward);
      case "timerCancelled":
        timers.get(outward.executionArn)?.get(outward.timer)?.cancel();
        timers.get(outward.executionArn)?.delete(outward.timer);
        return;
      case "executionEnded":
        for (const timer of timers.get(outward.executionArn)?.values() ?? []) timer.cancel();
        timers.delete(outward.executionArn);
        return;
      case "taskQueued":
        desk.serve(outward.activityArn, (workerName) => handOut(outward.activityArn, workerName));
        return;
    }
  }

  function setTimer({ executionArn, timer, at }: Extract<Outward, { type: "timerSet" }>): void {
    const own = timers.get(executionArn) ?? new Map<string, Timer>();
    timers.set(executionArn, own);
    own.get(timer)?.cancel();
    const fire = () => {
      own.delete(timer);
      send(executionArn, { type: "timerFired", timer });
    };
    own.set(timer, clock.setTimer(at, fire));
  }

  function handOut(activityArn: string, workerName: string | undefined): HandOut | undefined {
    const queued = oldestTask(world, activityArn);
    if (queued === undefined) return undefined;
    const { executionArn, task, input } = queued;
    const token = mint.issue();
    const started = {
      type: "activityStarted",
      task,
      ...(workerName === undefined ? {} : { workerName }),
    } as const;
    const event = { ...started, at: clock.now(), seed: seed() };
    record({ type: "taskHandedOut", ref: { executionArn, task }, activityArn, token, event });
    return { taskToken: token, input: JSON.stringify(input) };
  }

  return {
    place,
    world,
    now: () => clock.now(),
    record,
    onFact(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    send,
    seed,
    poll(activityArn, workerName, signal) {
      if (!world.activities.has(activityArn)) throw activityDoesNotExist(activityArn);
      const task = signal.aborted ? undefined : handOut(activityArn, workerName);
      return task === undefined ? desk.wait(activityArn, workerName, signal) : Promise.resolve(task);
    },
    openPolls: (activityArn) => desk.count(activityArn),
    answer(token, occurrence) {
      const ref = world.tokens.get(token);
      if (ref !== undefined) return send(ref.executionArn, occurrence(ref.task));
      throw mint.isOurs(token) ? taskTimedOut() : invalidToken();
    },
    close() {
      desk.close();
      for (const own of timers.values()) for (const timer of own.values()) timer.cancel();
      timers.clear();
    },
  };
}
