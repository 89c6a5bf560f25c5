import { backOffMs } from "../domain/back-off.ts";
import type { Deps } from "./deps.ts";
import type { PendingRun } from "./ports/reconcile.ts";
import { StepFunctionsUnavailable } from "./ports/unavailable.ts";
import type { GateWatch } from "./watch-gates.ts";

type SurveyDeps = Pick<
  Deps,
  "reconcile" | "survey" | "leadership" | "gates" | "triggeredMachines" | "clock" | "entropy" | "log"
>;

/** ListExecutions is eventually consistent (API reference): an approval this young may belong to an execution that it does not show yet. */
const settlingMs = 30_000;
/** An execution that was found running is not doubted again for so long, whatever a list says. */
const checkedRecentlyMs = 30_000;
/** Where executions cannot be listed, so many are asked about one by one in each round. */
const unlistedPerRound = 30;
/** Rows of pending approvals in memory at once. */
const pendingPerPage = 5_000;
/** A page that cannot be had so many times in a row ends the round. */
const maxFailures = 60;

/**
 * Compares pending approvals with the running executions of their state machines, and doubts those whose execution is in no page:
 * 1,000 executions for one call, where asking about each would take a call each. Ends early when `signal` aborts, another process
 * leads, or Step Functions stays away: then false. `watch` looks at each page for tasks that nobody takes, so that machines without pending
 * approvals are listed, too.
 */
export async function surveyRunning(
  deps: SurveyDeps,
  watch: GateWatch,
  signal: AbortSignal,
): Promise<boolean> {
  watch.beginRound();
  const machines = new Set([
    ...(await deps.reconcile.machinesWithPending()),
    ...deps.triggeredMachines,
    ...(await deps.gates.knownMachines()),
  ]);
  for (const stateMachineArn of machines) {
    if (!(await surveyMachine(deps, watch, stateMachineArn, signal))) return false;
  }
  await watch.endRound();
  return true;
}

/** False: the round is over. */
async function surveyMachine(
  deps: SurveyDeps,
  watch: GateWatch,
  stateMachineArn: string,
  signal: AbortSignal,
): Promise<boolean> {
  const startedAt = deps.clock.now();
  const checkedBefore = new Date(startedAt.getTime() - checkedRecentlyMs);
  // Names alone: a hundred thousand of them are some 13 MB.
  const running = new Set<string>();
  let after: string | null = null;
  do {
    const page = await nextPage(deps, stateMachineArn, after, signal);
    if (page === null) return false;
    if (page.kind === "unlistable") {
      deps.log.debug({ stateMachineArn, why: page.why }, "running executions cannot be listed");
      await deps.reconcile.doubtOldest(stateMachineArn, startedAt, checkedBefore, unlistedPerRound);
      return true;
    }
    for (const arn of page.arns) running.add(nameOf(arn));
    await watch.page(stateMachineArn, page.arns);
    after = page.next;
  } while (after !== null);
  await watch.machineDone(stateMachineArn, startedAt);
  await doubtMissing(deps, stateMachineArn, running, startedAt);
  return true;
}

async function doubtMissing(
  deps: SurveyDeps,
  stateMachineArn: string,
  running: ReadonlySet<string>,
  startedAt: Date,
): Promise<void> {
  const before = new Date(startedAt.getTime() - settlingMs);
  const checkedBefore = new Date(startedAt.getTime() - checkedRecentlyMs);
  const unlisted: string[] = [];
  let afterId: string | null = null;
  let rows: PendingRun[];
  do {
    rows = await deps.reconcile.pendingOf(stateMachineArn, before, afterId, pendingPerPage);
    const missing = rows.filter(({ executionArn }) => !running.has(nameOf(executionArn)));
    for (const { id, executionArn } of missing) if (isOfMapRun(executionArn)) unlisted.push(id);
    const ids = missing.filter(({ executionArn }) => !isOfMapRun(executionArn)).map(({ id }) => id);
    if (ids.length > 0) await deps.reconcile.doubt(ids, deps.clock.now(), checkedBefore);
    afterId = rows.at(-1)?.id ?? null;
  } while (rows.length === pendingPerPage);
  if (unlisted.length > 0)
    await deps.reconcile.doubtOldestOf(unlisted, deps.clock.now(), checkedBefore, unlistedPerRound);
}

/** Waits for the budget of calls, which others use too. Null: give the round up. */
async function nextPage(
  deps: SurveyDeps,
  stateMachineArn: string,
  after: string | null,
  signal: AbortSignal,
) {
  for (let failures = 0; failures < maxFailures && !signal.aborted; failures += 1) {
    if (!(await deps.leadership.hold())) return null;
    try {
      return await deps.survey.running(stateMachineArn, after);
    } catch (error) {
      if (!(error instanceof StepFunctionsUnavailable)) throw error;
      const waitMs = backOffMs(failures, deps.entropy.fraction(), { firstMs: 400, maxMs: 5_000 });
      deps.log.debug({ err: error, stateMachineArn, waitMs }, "running executions cannot be listed now");
      await deps.clock.sleep(waitMs, signal);
    }
  }
  return null;
}

/** An item of a distributed Map is an execution:MACHINE/LABEL:NAME, which only the list of its map run shows. */
function isOfMapRun(executionArn: string): boolean {
  return executionArn.split(":")[6]?.includes("/") === true;
}

function nameOf(executionArn: string): string {
  return executionArn.slice(executionArn.lastIndexOf(":") + 1);
}
