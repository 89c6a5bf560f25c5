import { Button, Textarea } from "@mantine/core";
import { useRef, useState } from "react";
import type { ApprovalDetail } from "../../src/contract/approval.ts";
import { commentMaxCharacters } from "../../src/contract/decision.ts";
import type { DecisionAttempt } from "../api/decision.ts";
import { ApiProblem } from "../api/errors.ts";
import { changesBetween } from "../lib/changed-parts.ts";
import { describeError } from "../lib/describe-error.ts";
import { randomKey } from "../lib/random-key.ts";
import { visibleText } from "../lib/visible-text.ts";
import { ChangedNotice } from "./changed-notice.tsx";
import { ConfirmStep } from "./confirm-step.tsx";
import classes from "./decide-panel.module.css";
import { ErrorNotice } from "./error-notice.tsx";

type Verdict = DecisionAttempt["verdict"];

interface Props {
  approval: ApprovalDetail;
  sending: boolean;
  error: unknown;
  onDecide: (attempt: DecisionAttempt) => void;
  /** Sends the last attempt again, with its key. */
  onRetry: () => void;
  onRevise: () => void;
}

/** The count is shown once this much is left. */
const counterFrom = commentMaxCharacters - 1000;

export function DecidePanel({ approval, sending, error, onDecide, onRetry, onRevise }: Props) {
  const [comment, setComment] = useState("");
  const [asked, setAsked] = useState<Verdict | null>(null);
  /** What the reader decides about: the page may have read it anew since. */
  const [seen, setSeen] = useState(approval);
  const changes = changesBetween(seen, approval);
  // Until history has told the execution, the view is still being completed: who has not chosen yet need not be asked again.
  if (changes.length > 0 && asked === null && seen.executionArn === null) setSeen(approval);
  const approveButton = useRef<HTMLButtonElement>(null);
  const { may } = approval;
  const allowed = may.approve || may.reject;
  // After a lost reply the same click is sent again, with its key: perhaps the server has acted on it.
  const repeatable = error !== null && describeError(error).retryable;
  const tooLong = comment.length > commentMaxCharacters;

  const ask = (verdict: Verdict) => {
    onRevise();
    setAsked(verdict);
  };
  const back = () => {
    setAsked(null);
    onRevise();
    requestAnimationFrame(() => approveButton.current?.focus());
  };
  const look = () => {
    setSeen(approval);
    back();
  };
  const stale = error instanceof ApiProblem && error.problem.code === "stale";

  return (
    <section className={classes.panel} aria-label="Decide">
      {changes.length > 0 ? (
        <ChangedNotice changes={changes} onSeen={look} />
      ) : error === null ? null : (
        <ErrorNotice error={error} onRetry={onRetry} retrying={sending} />
      )}
      {asked !== null && allowed && changes.length === 0 && !stale ? (
        <ConfirmStep
          key={asked}
          verdict={asked}
          comment={comment}
          sending={sending}
          onBack={back}
          onConfirm={() =>
            repeatable
              ? onRetry()
              : onDecide({ verdict: asked, comment, shown: seen.shown, idempotencyKey: randomKey() })
          }
        />
      ) : (
        <>
          {allowed ? (
            <Textarea
              classNames={{ input: classes.comment }}
              label="Comment"
              placeholder="Optional. Sent along, and kept."
              rows={1}
              value={comment}
              error={tooLong ? `Longer than ${count(commentMaxCharacters)} characters` : undefined}
              description={
                comment.length > counterFrom
                  ? `${count(comment.length)} of ${count(commentMaxCharacters)} characters`
                  : undefined
              }
              inputWrapperOrder={["label", "input", "description", "error"]}
              onChange={(event) => setComment(event.currentTarget.value)}
            />
          ) : null}
          <div className={classes.buttons}>
            <Button
              ref={approveButton}
              color="moss"
              size="md"
              disabled={!may.approve || tooLong || changes.length > 0}
              onClick={() => ask("approve")}
            >
              Approve
            </Button>
            <Button
              className={classes.reject}
              variant="default"
              size="md"
              disabled={!may.reject || tooLong || changes.length > 0}
              onClick={() => ask("reject")}
            >
              Reject
            </Button>
          </div>
          {may.why === null ? null : <p className={classes.why}>{visibleText(may.why)}</p>}
        </>
      )}
    </section>
  );
}

function count(characters: number): string {
  return characters.toLocaleString("en");
}
