import type { Deps } from "./deps.ts";

/**
 * Somebody says that an execution has changed. It is a hint: Step Functions itself is asked, soon, and that decides. Returns how many
 * approvals are to be checked.
 */
export async function noteStatusChange(
  deps: Pick<Deps, "reconcile" | "clock" | "log">,
  { executionArn, status }: { executionArn: string; status: string },
): Promise<number> {
  // Nothing lapses because an execution runs.
  if (status === "RUNNING") return 0;
  const approvals = await deps.reconcile.doubtExecution(executionArn, deps.clock.now());
  deps.log.debug({ executionArn, status, approvals }, "an event says that this execution has ended");
  return approvals;
}
