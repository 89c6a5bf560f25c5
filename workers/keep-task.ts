import type { Clock } from "../src/application/ports/runtime.ts";
import { StoreUnavailable } from "../src/application/ports/unavailable.ts";
import { receiveTask, type TakenTask } from "../src/application/receive-task.ts";
import { bareSubject, subjectFromInput } from "../src/application/subject-from-input.ts";
import { backOffMs } from "../src/domain/back-off.ts";
import { giveBack, notStorable, storeUnavailable } from "./give-back.ts";
import type { PollerContext, PollerDeps } from "./poller-context.ts";

/** How long a token may wait for its row before it is handed back, so that a Retry in the state machine can ask again. */
const storeLimitMs = 300_000;
const storeLimitWhenStoppingMs = 20_000;
/** What a try to store may still take after the last call: long for a database that is there, short for the end of the process. */
const lastTryMs = 2_000;
/** The database is there and says no: another try will hardly change its mind. */
const maxRefusals = 4;

/** Commits the task's row, for as long as it takes up to the limit; then hands the task back. */
export async function keepTask(deps: PollerDeps, context: PollerContext, task: TakenTask): Promise<void> {
  const trouble = storeTrouble(context);
  const takenMs = deps.clock.monotonicMs();
  let refusals = 0;
  for (let failures = 1; ; failures += 1) {
    try {
      // A row that Postgres refuses, however unlikely, is tried once more with nothing read out of the input.
      const read = refusals === 0 ? subjectFromInput : bareSubject;
      await beforeTheEnd(deps.clock, context.lastCall, () => receiveTask(deps, task, read));
      return trouble.end();
    } catch (error) {
      const fields = { err: error, activityArn: task.activityArn, failures };
      deps.log.error(fields, "a task cannot be stored; holding it and trying again");
      if (error instanceof StoreUnavailable) trouble.begin();
      else refusals += 1;
      if (refusals >= maxRefusals) {
        await giveBack(deps, context, task, notStorable);
        return trouble.end();
      }
      if (mayHoldNoLonger(context, deps.clock.monotonicMs() - takenMs)) {
        await giveBack(deps, context, task, storeUnavailable);
        await storeBack(deps, context);
        return trouble.end();
      }
      const waitMs = backOffMs(failures, deps.entropy.fraction(), { firstMs: 200, maxMs: 5_000 });
      await deps.clock.sleep(waitMs, context.lastCall);
    }
  }
}

function mayHoldNoLonger({ signal, lastCall }: PollerContext, heldMs: number): boolean {
  const limitMs = signal.aborted ? storeLimitWhenStoppingMs : storeLimitMs;
  return lastCall.aborted || heldMs > limitMs;
}

/**
 * A database that hangs must not outlast the process. Should the row come to be all the same, its first heartbeat finds nobody waiting,
 * and it lapses.
 */
function beforeTheEnd(clock: Clock, lastCall: AbortSignal, store: () => Promise<unknown>): Promise<unknown> {
  const done = new AbortController();
  const tooLate = new Promise<never>((_resolve, reject) => {
    const fault = new StoreUnavailable("Postgres did not answer before this process ends.");
    const count = () => void clock.sleep(lastTryMs, done.signal).then(() => reject(fault));
    if (lastCall.aborted) count();
    else lastCall.addEventListener("abort", count, { once: true, signal: done.signal });
  });
  return Promise.race([store(), tooLate]).finally(() => done.abort());
}

/** Whoever had to hand a task back takes no other before a row could be written. */
async function storeBack(deps: PollerDeps, { signal, onState }: PollerContext): Promise<void> {
  onState(signal.aborted ? "stopping" : "idle");
  for (let failures = 0; !signal.aborted; failures += 1) {
    const waitMs = backOffMs(failures, deps.entropy.fraction(), { firstMs: 500, maxMs: 10_000 });
    await deps.clock.sleep(waitMs, signal);
    try {
      return await deps.approvals.probe();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) return;
      deps.log.debug({ err: error, failures }, "the database takes no rows yet; nobody polls");
    }
  }
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
