import { backOffMs } from "../domain/back-off.ts";
import { nextBeatAt } from "../domain/heartbeat.ts";
import type { Approval } from "../domain/approval.ts";
import type { Deps } from "./deps.ts";
import type { TaskFacts } from "./ports/identify.ts";
import { provePolicyOf } from "./prove-policy-of.ts";
import { supersedeEarlier } from "./supersede-earlier.ts";

type IdentifyDeps = Pick<
  Deps,
  | "approvals"
  | "chaining"
  | "identify"
  | "stepFunctions"
  | "triggeredMachines"
  | "activities"
  | "clock"
  | "entropy"
  | "log"
>;

/** While one process asks, the others keep away this long. */
const identifyLeaseMs = 30_000;

/**
 * Asks history which execution waits for this task and which timeouts its state declares. Until it has told, HeartbeatSeconds are
 * those of the task's input, else of countersign.yaml once history is late; else the approval is kept alive under a short assumed
 * HeartbeatSeconds, however long that takes: a beat that was not needed costs a call, one that was missed costs the deployment.
 */
export async function identifyTask(deps: IdentifyDeps, id: string): Promise<void> {
  const claimedAt = deps.clock.now();
  const tries = await deps.identify.claim(id, claimedAt, new Date(claimedAt.getTime() + identifyLeaseMs));
  const approval = tries === null ? null : await deps.approvals.find(id);
  if (tries === null || approval === null) return;
  const { workerName } = approval;
  const { activityArn, executionArn } = approval.subject;
  try {
    const { receivedAt } = approval;
    const found = await deps.stepFunctions.identify({ workerName, activityArn, executionArn, receivedAt });
    await recordOthers(deps, approval, found);
    const facts = found.get(workerName);
    if (facts === undefined) return await askLater(deps, approval, tries, true);
    await recordFacts(deps, approval, facts);
  } catch (error) {
    deps.log.warn(
      { approvalId: id, err: error },
      "could not ask history about this task; asking again later",
    );
    // A fault tells nothing about the task: it does not count as a look that found nothing.
    await askLater(deps, approval, tries, false);
  }
}

/** One reading often tells about other approvals, too, which then need none of their own. */
async function recordOthers(
  deps: IdentifyDeps,
  approval: Approval,
  found: ReadonlyMap<string, TaskFacts>,
): Promise<void> {
  const names = [...found.keys()].filter((name) => name !== approval.workerName);
  if (names.length === 0) return;
  for (const id of await deps.identify.unidentified(names)) {
    const other = await deps.approvals.find(id);
    const facts = other === null ? undefined : found.get(other.workerName);
    if (other !== null && facts !== undefined) await recordFacts(deps, other, facts);
  }
}

async function recordFacts(deps: IdentifyDeps, approval: Approval, facts: TaskFacts): Promise<void> {
  // What stands in the row is the word of the input or of the configuration: nothing but history knows what Step Functions goes by.
  const { heartbeatSeconds, timeoutSeconds } = facts;
  const { receivedAt, lastBeatAt } = approval;
  const beats = { receivedAt, timeoutSeconds, heartbeatSeconds, identified: true };
  // The first beat under the now known interval counts from the last one, so that a short HeartbeatSeconds is never overslept.
  const next = nextBeatAt(beats, lastBeatAt ?? receivedAt, deps.entropy.fraction());
  const previousId = await supersedeEarlier(deps, approval.id, facts);
  await deps.identify.identified(
    approval.id,
    { ...facts, previousId, mayBeSuperseded: deps.triggeredMachines.includes(facts.stateMachineArn) },
    { timeoutSeconds, heartbeatSeconds, nextBeatAt: next },
    (record) => provePolicyOf(deps, approval, { ...facts, timeoutSeconds }, record),
    deps.clock.now(),
  );
}

/** History lags behind the hand-out for a moment, so the first looks come soon; later ones ever more seldom, but they come. */
async function askLater(
  deps: IdentifyDeps,
  approval: Approval,
  tries: number,
  counts: boolean,
): Promise<void> {
  const waitMs = counts
    ? backOffMs(tries, deps.entropy.fraction(), { firstMs: 300, maxMs: 600_000 })
    : backOffMs(Math.max(tries, 2), deps.entropy.fraction(), { firstMs: 500, maxMs: 60_000 });
  const configured = deps.activities.get(approval.subject.activityArn)?.heartbeatSeconds ?? null;
  const until = new Date(deps.clock.now().getTime() + waitMs);
  await deps.identify.postpone(approval.id, until, counts, configured);
}
