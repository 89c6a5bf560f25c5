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
/** The same where an approval is pending: another branch may wait for nobody, but most executions have no other. */
const claimedAgainMs = 120_000;
/** History refills 20 calls a second for everybody; finding gates is the least urgent of its uses. */
const readsPerRound = 60;
/** Of these, at most, for executions with a pending approval. */
const claimedReadsPerRound = 10;
/** One execution may have thousands of open tasks; whoever reads the list needs no more of them. */
const gatesPerExecution = 20;
/** A state machine that can no longer be listed tells nothing about its gates. */
const keptUnseenMs = 3_600_000;

interface Plan {
  dueMs: number;
  waitMs: number;
  seenMs: number;
  /** An approval of this execution is pending. */
  isClaimed: boolean;
}

export function createGateWatch(deps: GateDeps): GateWatch {
  const plans = new Map<string, Plan>();
  let readsLeft = 0;
  let claimedReadsLeft = 0;

  const readOne = async (stateMachineArn: string, executionArn: string, { waitMs, isClaimed }: Plan) => {
    const now = deps.clock.now();
    const open = await deps.survey.openGates(executionArn);
    const old = open.filter(({ scheduledAt }) => now.getTime() - scheduledAt.getTime() >= unclaimedAfterMs);
    await deps.gates.replace(executionArn, stateMachineArn, old.slice(0, gatesPerExecution), now);
    if (old.length > 0)
      deps.log.debug({ executionArn, gates: old.length }, "nobody takes what this execution waits for");
    const nextMs = open.length > 0 ? openAgainMs : Math.min(longestAgainMs, waitMs * 2);
    return { dueMs: now.getTime() + nextMs, waitMs: nextMs, seenMs: now.getTime(), isClaimed };
  };

  return {
    beginRound() {
      readsLeft = readsPerRound;
      claimedReadsLeft = claimedReadsPerRound;
    },

    async page(stateMachineArn, executionArns) {
      if (executionArns.length === 0) return;
      const now = deps.clock.now();
      const claimed = await deps.identify.pendingIn(executionArns);
      await deps.gates.seen(executionArns, now);
      for (const arn of executionArns) {
        const plan = planOf(plans.get(arn), claimed.has(arn), now.getTime());
        plans.set(arn, plan);
        if (readsLeft <= 0 || plan.dueMs > plan.seenMs) continue;
        if (plan.isClaimed && claimedReadsLeft <= 0) continue;
        readsLeft -= 1;
        if (plan.isClaimed) claimedReadsLeft -= 1;
        try {
          plans.set(arn, await readOne(stateMachineArn, arn, plan));
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

function planOf(known: Plan | undefined, isClaimed: boolean, seenMs: number): Plan {
  if (known?.isClaimed === isClaimed) return { ...known, seenMs };
  const waitMs = isClaimed ? claimedAgainMs : unclaimedAfterMs;
  return { dueMs: seenMs + waitMs, waitMs, seenMs, isClaimed };
}
