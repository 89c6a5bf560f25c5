import { randomInt } from "node:crypto";
import type { ExecutionEvent, Occurrence } from "../asl/execution-event.ts";
import type { Clock } from "../clock.ts";
import { applyFact, type Fact, type Outward } from "./apply-fact.ts";
import type { Place } from "./arn.ts";
import { activityDoesNotExist, invalidToken, taskTimedOut } from "./aws-error.ts";
import { pollDesk, type HandOut } from "./poll-desk.ts";
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
  /** How many polls are open. */
  openPolls(activityArn: string): number;
  /** Ends all polls without a task, and hands out no task from here on. */
  releasePolls(): void;
  /** Hands an event to the task of a token. Throws InvalidToken for a token never issued here, TaskTimedOut for a closed task. */
  answer(token: string, occurrence: (task: string) => Occurrence): void;
  /** Cancels all timers and ends all polls. */
  close(): void;
}

export function createEngine({ clock, place }: { clock: Clock; place: Place }): Engine {
  const world = newWorld();
  const desk = pollDesk(clock);
  const mint = tokenMint();
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
        return void setImmediate(() => {
          const cause = "Service integrations are not supported by this endpoint yet";
          const occurrence = {
            type: "serviceRefused",
            task: outward.ref.task,
            error: "States.TaskFailed",
            cause,
          } as const;
          send(outward.ref.executionArn, occurrence);
        });
      case "messageQueued":
        return;
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

  return {
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
    openPolls: (activityArn) => desk.count(activityArn),
    releasePolls() {
      released = true;
      desk.release();
    },
    answer(token, occurrence) {
      const ref = world.tokens.get(token);
      if (ref !== undefined) return send(ref.executionArn, occurrence(ref.task));
      throw mint.isOurs(token) ? taskTimedOut() : invalidToken();
    },
    close() {
      desk.release();
      board.close();
    },
  };
}
