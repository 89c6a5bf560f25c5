import { useState } from "react";
import type { ApprovalDetail } from "../../src/contract/approval.ts";
import { visibleText } from "../lib/visible-text.ts";
import { useDecide } from "../queries/decide.ts";
import { ApprovalHeader } from "./approval-header.tsx";
import { ApprovalSheet } from "./approval-sheet.tsx";
import classes from "./approval-view.module.css";
import { DecidePanel } from "./decide-panel.tsx";
import { ErrorNotice } from "./error-notice.tsx";
import { NewerCommitNotice } from "./newer-commit.tsx";
import { ProgressCard } from "./progress-card.tsx";

interface Props {
  approval: ApprovalDetail;
  /** The latest attempt to read it again failed: what is shown may be old. */
  readError: unknown;
  onReadAgain: () => void;
}

export function ApprovalView({ approval, readError, onReadAgain }: Props) {
  const decide = useDecide(approval.id);
  const [votes, setVotes] = useState(0);
  const pending = approval.status === "pending";
  const { variables } = decide;
  const send = (attempt: NonNullable<typeof variables>) =>
    decide.mutate(attempt, { onSuccess: () => setVotes((before) => before + 1) });

  return (
    <article className={classes.page}>
      <title>{`${visibleText(approval.title)} · Countersign`}</title>
      <div className={classes.head}>
        <ApprovalHeader approval={approval} />
        <NewerCommitNotice approval={approval} />
        {readError === null ? null : <ErrorNotice error={readError} alwaysRetry onRetry={onReadAgain} />}
        {/* Somebody was faster, or it lapsed: the panel is gone, the reason stays. */}
        {pending || decide.error === null ? null : <ErrorNotice error={decide.error} />}
      </div>
      <div className={classes.progress}>
        <ProgressCard approval={approval} attend={votes} />
      </div>
      <div className={classes.sheet}>
        <ApprovalSheet approval={approval} />
      </div>
      {pending ? (
        <div className={classes.decide}>
          <DecidePanel
            // A vote that decides nothing yet leaves the panel as it was at first.
            key={votes}
            approval={approval}
            sending={decide.isPending}
            error={decide.error}
            onDecide={send}
            onRetry={() => variables === undefined || send(variables)}
            onRevise={decide.reset}
          />
        </div>
      ) : null}
    </article>
  );
}
