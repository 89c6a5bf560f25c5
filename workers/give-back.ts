import type { TakenTask } from "../src/application/receive-task.ts";
import { backOffMs } from "../src/domain/back-off.ts";
import type { PollerContext, PollerDeps } from "./poller-context.ts";

interface Refusal {
  error: string;
  cause: string;
}

export const storeUnavailable: Refusal = {
  error: "Countersign.StoreUnavailable",
  cause: "Countersign could not store this task: its database was away for too long.",
};
export const notStorable: Refusal = {
  error: "Countersign.NotStorable",
  cause: "Countersign could not store this task: its database refuses it. Countersign's log tells why.",
};

const backOff = { firstMs: 500, maxMs: 30_000 };
/** What is left of the drain is a few seconds. */
const backOffWhenStopping = { firstMs: 200, maxMs: 1_000 };

/**
 * Hands a task back as failed, however often that takes: this process alone has the token. Ends once Step Functions has taken it, waits
 * for it no longer or does not know it, or once the process ends.
 */
export async function giveBack(
  deps: PollerDeps,
  context: PollerContext,
  task: TakenTask,
  refusal: Refusal,
): Promise<void> {
  const { signal, hardStop } = context;
  const fields = { activityArn: task.activityArn, error: refusal.error };
  // First in the race: once it is too late, a fault that comes at once must not win again and again.
  const tooLate = whenAborted(hardStop);
  for (let failures = 1; ; failures += 1) {
    try {
      const handingBack = deps.taskSource.giveBack(task.token, refusal.error, refusal.cause);
      const end = await Promise.race([tooLate, handingBack]);
      if (end === "given_back") {
        deps.meter.tokenNotStored("given_back");
        deps.log.error(fields, "a task could not be stored and was handed back as failed");
        return;
      }
      deps.meter.tokenNotStored("lost");
      if (end === "unknown") {
        deps.log.error(fields, `${lost}: Step Functions does not know its token`);
        return;
      }
      context.onLost();
      deps.log.error({ ...fields, failures }, `${lost} before this process ends`);
      return;
    } catch (failure) {
      deps.log.warn({ err: failure, ...fields, failures }, "a task cannot be handed back yet; trying again");
      const { firstMs, maxMs } = signal.aborted ? backOffWhenStopping : backOff;
      const waitMs = backOffMs(failures - 1, deps.entropy.fraction(), { firstMs, maxMs });
      // Who is told to stop meanwhile tries again at once, and faster.
      await deps.clock.sleep(waitMs, signal.aborted ? hardStop : signal);
    }
  }
}

const lost = "a task could neither be stored nor handed back, and its state waits until it times out";

function whenAborted(signal: AbortSignal): Promise<"too_late"> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve("too_late");
    signal.addEventListener("abort", () => resolve("too_late"), { once: true });
  });
}
