import { isSame } from "../domain/shown-decision.ts";
import type { AuditFault } from "../domain/audit-chain.ts";
import type { Deps } from "./deps.ts";
import type { ToldDecision } from "./ports/audit.ts";
import type { CheckSignature } from "./ports/signer.ts";
import type { TaskEnding } from "./ports/step-functions.ts";

type ReconcileDeps = Pick<Deps, "audit" | "stepFunctions" | "clock"> & { checkSignature: CheckSignature };

export interface Reconciliation {
  /** Decisions whose task ended in history as the trail says. */
  agreed: number;
  /** Not to be compared: history is gone or out of reach (AWS keeps it for 90 days), or the answer is not settled. */
  unknown: number;
  faults: AuditFault[];
}

/** GetExecutionHistory takes 400 calls at once and 20 a second; the product needs some of them. */
const pauseMs = 100;

/** A task may be held this long before its row, and so its first event, is written. */
const heldAtMostMs = 600_000;

/** Compares every decision of the trail with the history of its execution. Throws StepFunctionsUnavailable. */
export async function reconcileDecisions(deps: ReconcileDeps): Promise<Reconciliation> {
  const found: Reconciliation = { agreed: 0, unknown: 0, faults: [] };
  for await (const batch of deps.audit.decisions()) {
    for (const decision of batch) {
      const outcome = await compare(deps, decision);
      if (typeof outcome === "string") found[outcome] += 1;
      else found.faults.push(outcome);
    }
  }
  return found;
}

async function compare(
  deps: ReconcileDeps,
  decision: ToldDecision,
): Promise<"agreed" | "unknown" | AuditFault> {
  const { executionArn, activityArn, workerName, delivery, stream, seq } = decision;
  if (executionArn === null || activityArn === null || workerName === null) return "unknown";
  if (delivery !== "accepted" && delivery !== "too_late") return "unknown";
  await deps.clock.sleep(pauseMs);
  // One that is gone is not looked for elsewhere.
  if ((await deps.stepFunctions.execution(executionArn)) === null) return "unknown";
  const ending = await deps.stepFunctions.ending({
    executionArn,
    activityArn,
    workerName,
    receivedAt: new Date(decision.arrivedAt.getTime() - heldAtMostMs),
  });
  if (ending === null) return "unknown";
  const difference = await differenceOf(deps, decision, ending);
  if (delivery === "accepted")
    return difference === null
      ? "agreed"
      : { stream, seq, what: `is told otherwise by the history of ${executionArn}: ${difference}` };
  return difference !== null
    ? "agreed"
    : {
        stream,
        seq,
        what: `counted, by the history of ${executionArn}, and the trail says that it came too late`,
      };
}

/** How the end of a task is not the one that this decision made; null: it is. */
async function differenceOf(
  { checkSignature }: ReconcileDeps,
  { decisionId, verdict, error, receipt: told }: ToldDecision,
  ending: TaskEnding,
): Promise<string | null> {
  if (ending.kind === "failed") {
    if (verdict !== "reject") return `the task failed (${ending.error ?? "without an error"})`;
    return error === null || error === ending.error
      ? null
      : `the task failed with ${ending.error ?? "no error"}, not ${error}`;
  }
  if (ending.kind !== "succeeded")
    return `the task ${ending.kind === "open" ? "still waits" : ending.kind.replace("_", " ")}`;
  const output = membersOf(ending.output);
  if (output["decisionId"] !== decisionId) return "its output carries another decision";
  if (output["decision"] !== (verdict === "approve" ? "approved" : "rejected"))
    return "its output carries another verdict";
  // Decisions from before there were receipts have none.
  const { receipt } = output;
  if (typeof receipt !== "string") return null;
  const checked = await checkSignature(receipt, "countersign-receipt+jwt");
  if ("fault" in checked) return `the receipt in its output is not genuine. ${checked.fault}`;
  const claims = membersOf(checked.payload);
  if (claims["decisionId"] !== decisionId || claims["verdict"] !== verdict)
    return "the receipt in its output is of another decision";
  const differing = Object.keys(told).filter((claim) => !isSame(told[claim], claims[claim]));
  return differing.length === 0 ? null : `the receipt in its output has another ${differing.join(", ")}`;
}

function membersOf(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
