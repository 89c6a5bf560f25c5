import type { ApprovalDetail, ExecutionView } from "../../src/contract/approval.ts";
import { lapsedText } from "./labels.ts";

export type Tone = "done" | "good" | "bad" | "warn" | "ahead";

export interface Step {
  id: string;
  label: string;
  tone: Tone;
  at: string | null;
  text: string | null;
}

export interface Progress {
  /** What has happened, in order. Read out as it grows, so a word stands here only once it is true. */
  done: Step[];
  /** What is still to come; the first one is under way. */
  ahead: Step[];
}

type Progressing = Pick<
  ApprovalDetail,
  "status" | "lapsedReason" | "lapsedAt" | "decision" | "delivery" | "deliveryNote" | "sentAt" | "settledAt"
>;

/** The way of one approval, as far as it is known. `execution` is null while it is not. */
export function progressOf(approval: Progressing, execution: ExecutionView | null): Progress {
  switch (approval.status) {
    case "pending":
      return { done: [], ahead: [] };
    case "lapsed": {
      const why = `Nobody can decide this any more: ${lapsedText[approval.lapsedReason ?? "unknown"]}`;
      return {
        done: [step("lapsed", "Lapsed", "warn", approval.lapsedAt, why), ...endOf(execution)],
        ahead: aheadOf(null, execution),
      };
    }
    case "approved":
    case "rejected":
      return {
        done: withoutOldTexts([...deliveryOf(approval), ...endOf(execution)]),
        ahead: aheadOf(approval.delivery, execution),
      };
  }
}

function deliveryOf({ decision, delivery, deliveryNote, sentAt, settledAt }: Progressing): Step[] {
  const steps = [
    step("recorded", "Recorded", "done", decision?.decidedAt ?? null, "The decision is safe in Countersign."),
  ];
  if (sentAt !== null || delivery === "sent" || delivery === "accepted")
    steps.push(step("sent", "Sent", "done", sentAt, "The answer is on its way to Step Functions."));
  if (delivery === "accepted")
    steps.push(step("accepted", "Accepted", "done", settledAt, "Step Functions took the answer."));
  if (delivery === "too_late") steps.push(step("too_late", "Too late", "bad", settledAt, tooLate));
  if (delivery === "uncertain") steps.push(step("uncertain", "Uncertain", "warn", settledAt, uncertain));
  return steps.map((each, at) =>
    at < steps.length - 1 ? each : { ...each, text: [each.text, deliveryNote].filter(Boolean).join(" ") },
  );
}

/** What went well and is behind needs no explanation; what is now does, and what went wrong always. */
function withoutOldTexts(steps: Step[]): Step[] {
  return steps.map((each, at) =>
    at < steps.length - 1 && each.tone === "done" ? { ...each, text: null } : each,
  );
}

const tooLate =
  "Step Functions had already stopped waiting when the answer arrived. The decision stands here, but it changed nothing there.";
const uncertain =
  "Nobody can tell whether the answer counted. Look at the execution itself before you rely on it.";

function aheadOf(delivery: ApprovalDetail["delivery"], execution: ExecutionView | null): Step[] {
  const ended = execution !== null && execution.status !== "RUNNING";
  if (ended) return [];
  if (delivery === null || delivery === "too_late" || delivery === "uncertain")
    return execution === null ? [] : [step("running", "The execution is running", "ahead")];
  const sending = step("sending", "The answer leaves", "ahead");
  const accepting = step("accepting", "Step Functions takes it", "ahead");
  const going = step("going", "The execution goes on", "ahead");
  if (delivery === "accepted") return [going];
  if (delivery === "sent") return [accepting, going];
  return [sending, accepting, going];
}

const ends = {
  SUCCEEDED: ["Execution succeeded", "good"],
  FAILED: ["Execution failed", "bad"],
  TIMED_OUT: ["Execution timed out", "bad"],
  ABORTED: ["Execution stopped", "warn"],
  PENDING_REDRIVE: ["Execution waits for a redrive", "warn"],
} as const;

function endOf(execution: ExecutionView | null): Step[] {
  if (execution === null || execution.status === "RUNNING") return [];
  const [label, tone] = ends[execution.status];
  return [step("execution", label, tone, execution.stoppedAt)];
}

function step(
  id: string,
  label: string,
  tone: Tone,
  at: string | null = null,
  text: string | null = null,
): Step {
  return { id, label, tone, at, text };
}
