import { PollFailed } from "../src/application/ports/step-functions.ts";
import { backOffMs } from "../src/domain/back-off.ts";
import { keepTask } from "./keep-task.ts";
import type { PollerContext, PollerDeps, PollOutcome } from "./poller-context.ts";

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
  const beganMs = deps.clock.monotonicMs();
  onState("polling");
  const task = await deps.taskSource.take(activity.arn, workerName);
  const afterMs = deps.clock.monotonicMs() - beganMs;
  const takenAt = deps.clock.now();
  deps.meter.pollEnded(activity.arn, task === null ? "empty" : "task");
  onState(signal.aborted ? "stopping" : task === null ? "idle" : "storing");
  if (task !== null)
    await keepTask(deps, context, { ...task, activityArn: activity.arn, workerName, takenAt });
  return { kind: task === null ? "empty" : "task", afterMs };
}
