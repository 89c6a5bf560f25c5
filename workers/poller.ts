import type { ActivitySettings, Deps } from "../src/application/deps.ts";
import { PollFailed } from "../src/application/ports/step-functions.ts";
import { StepFunctionsUnavailable, StoreUnavailable } from "../src/application/ports/unavailable.ts";
import { receiveTask, type TakenTask } from "../src/application/receive-task.ts";
import { bareSubject, subjectFromInput } from "../src/application/subject-from-input.ts";
import { backOffMs } from "../src/domain/back-off.ts";
import type { PollTrouble } from "./poll-trouble.ts";

/**
 * idle → polling → (storing →) polling … → stopping → stopped. `storing` holds a token that has no row yet: a poller leaves it only
 * with the row committed or the task handed back. `stopping` waits for the poll under way: aborting it could lose a token.
 */
export type PollerState = "idle" | "polling" | "storing" | "stopping" | "stopped";

export type PollerDeps = Pick<
  Deps,
  | "taskSource"
  | "approvals"
  | "policies"
  | "chaining"
  | "forms"
  | "triggeredMachines"
  | "bell"
  | "clock"
  | "entropy"
  | "log"
  | "meter"
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
  trouble: PollTrouble;
  /** True: this poller is one too many now. */
  mayLeave(outcome: PollOutcome): boolean;
}

/** `stay`: how many of the pollers the failure leaves. */
export type PollOutcome =
  { kind: "task" | "empty"; afterMs: number } | { kind: "failed"; stay: "all" | "min" | "one" };

/** How long a token may wait for its row before it is handed back, so that a Retry in the state machine can ask again. */
const storeLimitMs = 300_000;
const storeLimitWhenStoppingMs = 20_000;

/** Step Functions holds an empty poll for 60 s; one that ends much sooner was answered by something in between, which asks for no hurry. */
const tooSoonMs = 5_000;
const tooSoonBackOff = { firstMs: 500, maxMs: 30_000 };

/** Polls until the pool stops or has enough without it. Never rejects. */
export async function runPoller(deps: PollerDeps, context: PollerContext): Promise<void> {
  const { signal, onState, trouble } = context;
  let failures = 0;
  let emptyTooSoon = 0;
  onState("idle");
  while (!signal.aborted) {
    await context.storeReady();
    if (signal.aborted) break;
    try {
      const outcome = await pollOnce(deps, context);
      failures = 0;
      trouble.worked();
      if (context.mayLeave(outcome)) break;
      emptyTooSoon = outcome.kind === "empty" && outcome.afterMs < tooSoonMs ? emptyTooSoon + 1 : 0;
      if (emptyTooSoon > 0) await pause(deps, context, emptyTooSoon, tooSoonBackOff);
    } catch (error) {
      failures += 1;
      const kind = error instanceof PollFailed ? error.kind : "network";
      deps.meter.pollEnded(context.activity.arn, kind);
      const { stay, ...backOff } = trouble.failed(kind, error);
      if (context.mayLeave({ kind: "failed", stay })) break;
      await pause(deps, context, failures, backOff);
    }
  }
  onState("stopped");
}

/** `times`: what makes us wait has happened so often in a row. */
async function pause(
  deps: PollerDeps,
  { signal, onState }: PollerContext,
  times: number,
  backOff: { firstMs: number; maxMs: number },
): Promise<void> {
  onState(signal.aborted ? "stopping" : "idle");
  await deps.clock.sleep(backOffMs(times - 1, deps.entropy.fraction(), backOff), signal);
}

async function pollOnce(
  deps: PollerDeps,
  context: PollerContext,
): Promise<Extract<PollOutcome, { afterMs: number }>> {
  const { activity, signal, onState } = context;
  const workerName = `countersign-${deps.entropy.uuid()}`;
  const before = deps.clock.now().getTime();
  onState("polling");
  const task = await deps.taskSource.take(activity.arn, workerName);
  const takenAt = deps.clock.now();
  deps.meter.pollEnded(activity.arn, task === null ? "empty" : "task");
  onState(signal.aborted ? "stopping" : task === null ? "idle" : "storing");
  if (task !== null) await keep(deps, context, { ...task, activityArn: activity.arn, workerName, takenAt });
  return { kind: task === null ? "empty" : "task", afterMs: takenAt.getTime() - before };
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
