import type { Deps } from "./deps.ts";
import { StepFunctionsUnavailable } from "./ports/unavailable.ts";

export type GateDeps = Pick<Deps, "gates" | "identify" | "survey" | "clock" | "log">;

/** Looks through the pages of running executions that a round lists for tasks that nobody takes. */
export interface GateWatch {
  beginRound(): void;
  page(stateMachineArn: string, executionArns: readonly string[]): Promise<void>;
  /** Every running execution of this state machine was in a page since `startedAt`. */
  machineDone(stateMachineArn: string, startedAt: Date): Promise<void>;
  endRound(): Promise<void>;
}

/** A poll takes a task within a moment; one that has waited so long has nobody. */
const unclaimedAfterMs = 15_000;
/** How soon an execution is read again: often while a task stands open in it, ever more seldom while none does. */
const openAgainMs = 30_000;
const longestAgainMs = 600_000;
/** History refills 20 calls a second for everybody; finding gates is the least urgent of its uses. */
const readsPerRound = 60;
/** One execution may have thousands of open tasks; whoever reads the list needs no more of them. */
const gatesPerExecution = 20;
/** A state machine that can no longer be listed tells nothing about its gates. */
const keptUnseenMs = 3_600_000;

export function createGateWatch(deps: GateDeps): GateWatch {
  const plans = new Map<string, { dueMs: number; waitMs: number; seenMs: number }>();
  let readsLeft = 0;

  const readOne = async (stateMachineArn: string, executionArn: string, waitMs: number) => {
    const now = deps.clock.now();
    const open = await deps.survey.openGates(executionArn);
    const old = open.filter(({ scheduledAt }) => now.getTime() - scheduledAt.getTime() >= unclaimedAfterMs);
    await deps.gates.replace(executionArn, stateMachineArn, old.slice(0, gatesPerExecution), now);
    if (old.length > 0)
      deps.log.debug({ executionArn, gates: old.length }, "nobody takes what this execution waits for");
    const nextMs = open.length > 0 ? openAgainMs : Math.min(longestAgainMs, waitMs * 2);
    return { dueMs: now.getTime() + nextMs, waitMs: nextMs, seenMs: now.getTime() };
  };

  return {
    beginRound: () => (readsLeft = readsPerRound),

    async page(stateMachineArn, executionArns) {
      if (executionArns.length === 0) return;
      const now = deps.clock.now();
      const claimed = await deps.identify.pendingIn(executionArns);
      await deps.gates.seen(executionArns, now);
      if (claimed.size > 0) await deps.gates.forget([...claimed]);
      for (const arn of executionArns) {
        if (claimed.has(arn)) {
          plans.delete(arn);
          continue;
        }
        const seenMs = now.getTime();
        const plan = plans.get(arn) ?? { dueMs: seenMs + unclaimedAfterMs, waitMs: unclaimedAfterMs, seenMs };
        plans.set(arn, { ...plan, seenMs });
        if (readsLeft <= 0 || plan.dueMs > seenMs) continue;
        readsLeft -= 1;
        try {
          plans.set(arn, await readOne(stateMachineArn, arn, plan.waitMs));
        } catch (error) {
          if (!(error instanceof StepFunctionsUnavailable)) throw error;
          // The budget is for others now: the next round goes on.
          readsLeft = 0;
        }
      }
    },

    async machineDone(stateMachineArn, startedAt) {
      await deps.gates.forgetUnseen(stateMachineArn, startedAt);
    },

    async endRound() {
      const sinceMs = deps.clock.now().getTime() - keptUnseenMs;
      for (const [arn, { seenMs }] of plans) if (seenMs < sinceMs) plans.delete(arn);
      await deps.gates.forgetUnseen(null, new Date(sinceMs));
    },
  };
}
