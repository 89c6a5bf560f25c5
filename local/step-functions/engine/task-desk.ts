import type { ExecutionEvent, Occurrence } from "../asl/execution-event.ts";
import type { Clock } from "../clock.ts";
import type { Fact } from "./apply-fact.ts";
import { activityDoesNotExist, invalidToken, taskTimedOut } from "./aws-error.ts";
import { waitingOf } from "./deliver.ts";
import { pollDesk, type HandOut } from "./poll-desk.ts";
import { tokenMint } from "./task-token.ts";
import { oldestTask, type TaskRef, type World } from "./world.ts";

/** Where workers and executions meet: tasks and their tokens are given out here, and answers come back. */
export interface TaskDesk {
  /**
   * Takes the oldest task of an activity, or waits up to 60 s for one. A token is handed out once: when the reply does not
   * reach the worker, it is lost, as on AWS; so it is when the worker has hung up. Throws ActivityDoesNotExist, ActivityWorkerLimitExceeded.
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
  /** Gives what is queued to those who wait for it. */
  serve(activityArn: string): void;
  /** Gives a task the token that it asks for. */
  issueToken(ref: TaskRef): void;
}

export interface TaskDeskOptions {
  readonly clock: Clock;
  readonly world: World;
  readonly tokenSecret: Buffer | undefined;
  readonly record: (fact: Fact) => void;
  readonly eventNow: (occurrence: Occurrence) => ExecutionEvent;
}

export function taskDesk({ clock, world, tokenSecret, record, eventNow }: TaskDeskOptions): TaskDesk {
  const polls = pollDesk(clock);
  const mint = tokenMint(tokenSecret);
  let released = false;

  function handOut(activityArn: string, workerName: string | undefined): HandOut | undefined {
    const queued = released ? undefined : oldestTask(world, activityArn);
    if (queued === undefined) return undefined;
    const { executionArn, task, input } = queued;
    const token = mint.issue();
    const name = workerName === undefined ? {} : { workerName };
    const event = eventNow({ type: "activityStarted", task, ...name });
    record({ type: "taskHandedOut", ref: { executionArn, task }, activityArn, token, event });
    return { taskToken: token, input: JSON.stringify(input) };
  }

  return {
    poll(activityArn, workerName, signal) {
      if (!world.activities.has(activityArn)) throw activityDoesNotExist(activityArn);
      const task = handOut(activityArn, workerName);
      return task === undefined ? polls.wait(activityArn, workerName, signal) : Promise.resolve(task);
    },
    openPolls: (activityArn) => polls.count(activityArn),
    releasePolls() {
      released = true;
      polls.release();
    },
    answer(token, occurrence) {
      const ref = world.tokens.get(token);
      if (ref === undefined) throw mint.isOurs(token) ? taskTimedOut() : invalidToken();
      const event = eventNow(occurrence(ref.task));
      // AWS accepts a heartbeat that no clock waits for; nothing comes of it, so nothing is remembered.
      if (event.type === "taskHeartbeat" && waitsForNoBeat(world, ref)) return;
      record({ type: "executionEvent", arn: ref.executionArn, event });
    },
    serve: (activityArn) => polls.serve(activityArn, (workerName) => handOut(activityArn, workerName)),
    issueToken(ref) {
      const token = mint.issue();
      const event = eventNow({ type: "tokenIssued", task: ref.task, token });
      record({ type: "tokenIssued", ref, token, event });
    },
  };
}

function waitsForNoBeat(world: World, ref: TaskRef): boolean {
  const waiting = waitingOf(world, ref);
  return waiting === undefined || !("heartbeatSeconds" in waiting);
}
