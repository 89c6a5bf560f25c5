import type { Deps } from "../src/application/deps.ts";
import { pullForward } from "../src/application/pull-forward.ts";
import { checkDoubtful } from "../src/application/check-doubtful.ts";
import { sealAudit } from "../src/application/seal-audit.ts";
import { surveyRunning } from "../src/application/survey-running.ts";
import { createGateWatch } from "../src/application/watch-gates.ts";
import { longestStretch } from "../src/domain/beat-plan.ts";
import { startLoop, type Loop } from "./loop.ts";

/** Between two rounds over all running executions. */
const intervalMs = 15_000;
/** A million running executions are 1,000 pages: 250 s at four calls a second, and 600 s outside AWS's large regions. */
const longestRoundMs = 1_200_000;
/** Between two looks at what is doubtful; an event that names an execution makes it so. */
const doubtsIntervalMs = 1_000;
/** Between two checkpoints of the audit trail: what is younger can still be taken away unseen. */
const checkpointIntervalMs = 10_000;
/** How soon another process takes over from one that died. */
const standbyMs = 5_000;
/** Longer than any approval waits, for all but the most patient. */
const checksKeptMs = 90 * 24 * 3_600_000;
const idempotencyKeptMs = 7 * 24 * 3_600_000;

export type ReconcilerDeps = Pick<
  Deps,
  | "approvals"
  | "audit"
  | "checks"
  | "heartbeats"
  | "reconcile"
  | "survey"
  | "leadership"
  | "gates"
  | "triggeredMachines"
  | "identify"
  | "stepFunctions"
  | "meter"
  | "signer"
  | "clock"
  | "entropy"
  | "log"
>;

/**
 * Looks for what no event tells: executions that ended elsewhere, a clock that was set back, idempotency keys that are old. Every
 * process runs these loops; the one that leads does the work.
 */
export function startReconciler(deps: ReconcilerDeps): Loop {
  const loops = [
    startLoop(deps, "reconciler", roundOf(deps), longestRoundMs),
    startLoop(deps, "doubts", async () => {
      if (!(await deps.leadership.hold())) return standbyMs;
      return (await checkDoubtful(deps)) ? 0 : doubtsIntervalMs;
    }),
    startLoop(deps, "checkpoints", async () => {
      if (!(await deps.leadership.hold())) return standbyMs;
      await sealAudit(deps);
      return checkpointIntervalMs;
    }),
  ];
  return {
    look() {
      const states = loops.map((loop) => loop.look());
      return states.find(({ ready }) => !ready) ?? { ready: true, needed: true };
    },
    async close() {
      await Promise.all(loops.map((loop) => loop.close()));
    },
  };
}

function roundOf(deps: ReconcilerDeps): (signal: AbortSignal) => Promise<number> {
  const watch = createGateWatch(deps);
  let lastRoundMs: number | null = null;
  return async (signal) => {
    if (!(await deps.leadership.hold())) {
      if (lastRoundMs !== null) deps.meter.reconciled(null);
      lastRoundMs = null;
      return standbyMs;
    }
    await tidy(deps);
    // A round that was given up has compared nothing: the lag goes on growing.
    if (!(await surveyRunning(deps, watch, signal))) return intervalMs;
    const nowMs = deps.clock.monotonicMs();
    deps.meter.reconciled(nowMs - (lastRoundMs ?? nowMs));
    lastRoundMs = nowMs;
    return intervalMs;
  };
}

async function tidy(deps: ReconcilerDeps): Promise<void> {
  const now = deps.clock.now();
  await pullForward(deps, longestStretch);
  await deps.approvals.forgetIdempotencyBefore(new Date(now.getTime() - idempotencyKeptMs));
  await deps.checks.forgetBefore(new Date(now.getTime() - checksKeptMs));
}
