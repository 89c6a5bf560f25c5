import type { ActivitySettings, Deps } from "../src/application/deps.ts";
import { PollFailed } from "../src/application/ports/step-functions.ts";
import { StepFunctionsUnavailable, StoreUnavailable } from "../src/application/ports/unavailable.ts";
import { receiveTask, type TakenTask } from "../src/application/receive-task.ts";
import { bareSubject, subjectFromInput } from "../src/application/subject-from-input.ts";
import { backOffMs } from "../src/domain/back-off.ts";

/**
 * idle → polling → (storing →) polling … → stopping → stopped. `storing` holds a token that has no row yet: a poller leaves it only
 * with the row committed or the task handed back. `stopping` waits for the poll under way: aborting it could lose a token.
 */
export type PollerState = "idle" | "polling" | "storing" | "stopping" | "stopped";

export type PollerDeps = Pick<
  Deps,
  "taskSource" | "approvals" | "bell" | "clock" | "entropy" | "log" | "meter"
>;

/** What a poller asks of its pool and tells it. */
export interface PollerContext {
  activity: ActivitySettings;
  /** Aborted when the pool stops. */
  signal: AbortSignal;
  onState(state: PollerState): void;
  /** Resolves once the store takes tasks again: while one token waits for its row, nobody polls for more. */
  storeReady(): Promise<void>;
  onStoreTrouble(inTrouble: boolean): void;
  /** True: this poller is one too many now. */
  mayLeave(outcome: { tookTask: boolean; afterMs: number }): boolean;
}

/** How long a token may wait for its row before it is handed back, so that a Retry in the state machine can ask again. */
const storeLimitMs = 300_000;
const storeLimitWhenStoppingMs = 20_000;

/** First and longest waits after a failed poll, by what failed: only a person can mend a missing activity or bad credentials. */
const backOffs: Record<PollFailed["kind"], { firstMs: number; maxMs: number }> = {
  throttled: { firstMs: 1_000, maxMs: 30_000 },
  worker_limit: { firstMs: 5_000, maxMs: 60_000 },
  no_activity: { firstMs: 5_000, maxMs: 60_000 },
  credentials: { firstMs: 5_000, maxMs: 60_000 },
  network: { firstMs: 500, maxMs: 30_000 },
};

/** Polls until the pool stops or has enough without it. Never rejects. */
export async function runPoller(deps: PollerDeps, context: PollerContext): Promise<void> {
  let failures = 0;
  context.onState("idle");
  while (!context.signal.aborted) {
    await context.storeReady();
    if (context.signal.aborted) break;
    try {
      const outcome = await pollOnce(deps, context);
      failures = 0;
      if (context.mayLeave(outcome)) break;
    } catch (error) {
      failures += 1;
      await waitAfterFailure(deps, context, error, failures);
    }
  }
  context.onState("stopped");
}

async function pollOnce(
  deps: PollerDeps,
  context: PollerContext,
): Promise<{ tookTask: boolean; afterMs: number }> {
  const { activity, signal, onState } = context;
  const workerName = `countersign-${deps.entropy.uuid()}`;
  const before = deps.clock.now().getTime();
  onState("polling");
  const task = await deps.taskSource.take(activity.arn, workerName);
  const takenAt = deps.clock.now();
  deps.meter.pollEnded(activity.arn, task === null ? "empty" : "task");
  onState(signal.aborted ? "stopping" : task === null ? "idle" : "storing");
  if (task !== null) await keep(deps, context, { ...task, activityArn: activity.arn, workerName, takenAt });
  return { tookTask: task !== null, afterMs: takenAt.getTime() - before };
}

/** Commits the task's row, for as long as it takes up to the limit; then hands the task back. */
async function keep(deps: PollerDeps, context: PollerContext, task: TakenTask): Promise<void> {
  const trouble = storeTrouble(context);
  let refusals = 0;
  for (let failures = 1; ; failures += 1) {
    try {
      // A row that Postgres refuses, however unlikely, is tried once more with nothing read out of the input.
      await receiveTask(deps, task, refusals === 0 ? subjectFromInput : bareSubject);
      return trouble.end();
    } catch (error) {
      const fields = { err: error, activityArn: task.activityArn, failures };
      deps.log.error(fields, "a task cannot be stored; holding it and trying again");
      if (error instanceof StoreUnavailable) trouble.begin();
      else refusals += 1;
      const heldMs = deps.clock.now().getTime() - task.takenAt.getTime();
      if (refusals >= maxRefusals || heldMs > storeLimit(context)) {
        await giveBack(deps, task, refusals > 0 ? notStorable : storeUnavailable);
        return trouble.end();
      }
      await deps.clock.sleep(backOffMs(failures, deps.entropy.fraction(), { firstMs: 200, maxMs: 5_000 }));
    }
  }
}

/** The database is there and says no: another try will not change its mind, but a deadlock or a full disk may pass. */
const maxRefusals = 4;

function storeLimit({ signal }: PollerContext): number {
  return signal.aborted ? storeLimitWhenStoppingMs : storeLimitMs;
}

/** Tells the pool once that the store is away, and once that it is over. */
function storeTrouble(context: PollerContext) {
  let isOn = false;
  const set = (on: boolean) => {
    if (isOn !== on) context.onStoreTrouble(on);
    isOn = on;
  };
  return { begin: () => set(true), end: () => set(false) };
}

interface Refusal {
  error: string;
  cause: string;
}

const storeUnavailable: Refusal = {
  error: "Countersign.StoreUnavailable",
  cause: "Countersign could not store this task: its database was away for too long.",
};
const notStorable: Refusal = {
  error: "Countersign.NotStorable",
  cause: "Countersign could not store this task: its database refuses it. Countersign's log tells why.",
};

async function giveBack(deps: PollerDeps, task: TakenTask, { error, cause }: Refusal): Promise<void> {
  const { activityArn } = task;
  try {
    await deps.taskSource.giveBack(task.token, error, cause);
    deps.meter.tokenNotStored("given_back");
    deps.log.error({ activityArn, error }, "a task could not be stored and was handed back as failed");
  } catch (failure) {
    if (!(failure instanceof StepFunctionsUnavailable)) throw failure;
    deps.meter.tokenNotStored("lost");
    const message = "a task could neither be stored nor handed back: its state waits until it times out";
    deps.log.error({ err: failure, activityArn }, message);
  }
}

async function waitAfterFailure(
  deps: PollerDeps,
  { activity, signal, onState }: PollerContext,
  error: unknown,
  failures: number,
): Promise<void> {
  onState(signal.aborted ? "stopping" : "idle");
  const kind = error instanceof PollFailed ? error.kind : "network";
  deps.meter.pollEnded(activity.arn, kind);
  const waitMs = backOffMs(failures - 1, deps.entropy.fraction(), backOffs[kind]);
  deps.log.warn({ err: error, activityArn: activity.arn, kind, waitMs }, "a poll failed; polling again");
  await deps.clock.sleep(waitMs, signal);
}
