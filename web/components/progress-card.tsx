import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useRef } from "react";
import type { ApprovalDetail } from "../../src/contract/approval.ts";
import { progressOf } from "../lib/progress.ts";
import { executionQuery } from "../queries/execution.ts";
import { DecisionBlock } from "./decision-block.tsx";
import { ExecutionOutcome } from "./execution-outcome.tsx";
import classes from "./progress-card.module.css";
import { ProgressSteps } from "./progress-steps.tsx";
import { Standing } from "./standing.tsx";
import { WaitingNote } from "./waiting-note.tsx";

interface Props {
  approval: ApprovalDetail;
  /** Grows when the reader has just voted: the card comes into view and takes the focus. */
  attend: number;
}

export function ProgressCard({ approval, attend }: Props) {
  const heading = useId();
  const card = useRef<HTMLElement>(null);
  const pending = approval.status === "pending";
  const answering = approval.delivery === "recorded" || approval.delivery === "sent";
  // Read only once our answer is there: else the end could show before what led to it.
  const enabled = !pending && !answering;
  const known = useQuery({ ...executionQuery(approval.id), enabled }).data;
  const execution = enabled ? (known ?? null) : null;
  const { done, ahead } = progressOf(approval, execution);

  useEffect(() => {
    if (attend === 0) return;
    card.current?.focus({ preventScroll: true });
    card.current?.scrollIntoView({ block: "nearest" });
  }, [attend]);

  return (
    <section className={classes.card} ref={card} tabIndex={-1} aria-labelledby={heading}>
      <h2 id={heading} className={classes.title}>
        {pending ? "Waiting for a decision" : "Outcome"}
      </h2>
      {pending ? <WaitingNote deadlineAt={approval.deadlineAt} /> : null}
      <Standing {...approval} />
      {approval.decision === null ? null : <DecisionBlock decision={approval.decision} />}
      <div className={classes.steps}>
        {/* In the page from the beginning: a region that appears together with its text is not read out. */}
        <div role="status" aria-live="polite" aria-label="Progress">
          {pending && attend > 0 ? <p>Your vote is recorded.</p> : null}
          {pending ? null : <ProgressSteps steps={done} open={ahead.length > 0} />}
        </div>
        {ahead.length === 0 ? null : <ProgressSteps label="Still to come" steps={ahead} />}
      </div>
      {execution === null ? null : <ExecutionOutcome execution={execution} />}
    </section>
  );
}
