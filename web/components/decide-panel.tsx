import { Button, Textarea } from "@mantine/core";
import { useRef, useState } from "react";
import type { ApprovalDetail } from "../../src/contract/approval.ts";
import { commentMaxCharacters } from "../../src/contract/decision.ts";
import type { DecisionAttempt } from "../api/decision.ts";
import { ApiProblem } from "../api/errors.ts";
import { type ChangedPart, changesBetween } from "../lib/changed-parts.ts";
import { describeError } from "../lib/describe-error.ts";
import { randomKey } from "../lib/random-key.ts";
import { visibleText } from "../lib/visible-text.ts";
import { useMe } from "../queries/me.ts";
import { BreakGlassStep } from "./break-glass-step.tsx";
import { ChangedNotice } from "./changed-notice.tsx";
import { ConfirmStep } from "./confirm-step.tsx";
import classes from "./decide-panel.module.css";
import { ErrorNotice } from "./error-notice.tsx";
import { PolicyFormFields } from "./policy-form-fields.tsx";
import { usePolicyForm } from "./use-policy-form.ts";

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

/** What the reader is asked to confirm: an approval with what the form says. */
type Asked = { verdict: Verdict; form: Record<string, unknown> | null } | "break-glass";

/** The count is shown once this much is left. */
const counterFrom = commentMaxCharacters - 1000;

export function DecidePanel({ approval, sending, error, onDecide, onRetry, onRevise }: Props) {
  const [comment, setComment] = useState("");
  const [commentFault, setCommentFault] = useState<string | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  /** What the reader decides about: the page may have read it anew since. */
  const [seen, setSeen] = useState(approval);
  const changes = changesBetween(seen, approval);
  if (asked === null && changes.length > 0 && isCompletion(seen, changes)) setSeen(approval);
  const approveButton = useRef<HTMLButtonElement>(null);
  const commentField = useRef<HTMLTextAreaElement>(null);
  const { may, policy } = approval;
  const allowed = may.approve || may.reject;
  // After a lost reply the same click is sent again, with its key: perhaps the server has acted on it.
  const repeatable = error !== null && describeError(error).retryable;
  const code = error instanceof ApiProblem ? error.problem.code : null;
  const faults = code === "invalid" && error instanceof ApiProblem ? (error.problem.errors ?? []) : [];
  const form = usePolicyForm(approval, faults);
  const commentError = commentFault ?? faults.find(({ field }) => field === "comment")?.message;
  const tooLong = comment.length > commentMaxCharacters;
  const blocked = tooLong || changes.length > 0;

  /** What is refused can be put right: whoever does so has to choose again. */
  const edit = () => {
    if (error === null || repeatable) return;
    setAsked(null);
    onRevise();
  };
  const ask = (verdict: Verdict) => {
    onRevise();
    const filled = verdict === "approve" && form !== null ? form.read() : null;
    const needsComment = policy.comment === "always" || (policy.comment === "reject" && verdict === "reject");
    const missing = needsComment && comment.trim() === "";
    setCommentFault(missing ? "The policy wants a comment" : null);
    if (missing) commentField.current?.focus();
    else if (verdict === "reject" || form === null || filled !== null) setAsked({ verdict, form: filled });
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
  const send = (verdict: Verdict, more: Pick<DecisionAttempt, "form" | "breakGlassReason">) => {
    if (repeatable) onRetry();
    else onDecide({ verdict, comment, shown: seen.shown, idempotencyKey: randomKey(), ...more });
  };
  const step = changes.length > 0 || code === "stale" || code === "invalid" ? null : asked;

  return (
    <section className={classes.panel} aria-label="Decide">
      {changes.length > 0 ? (
        <ChangedNotice changes={changes} onSeen={look} />
      ) : error === null ? null : (
        <ErrorNotice error={error} onRetry={onRetry} retrying={sending} />
      )}
      {step === "break-glass" && may.breakGlass ? (
        <BreakGlassStep
          sending={sending}
          onBack={back}
          onDecide={(verdict, breakGlassReason) => send(verdict, { breakGlassReason })}
        />
      ) : step !== null && step !== "break-glass" && allowed ? (
        <ConfirmStep
          key={step.verdict}
          verdict={step.verdict}
          comment={comment}
          counts={approval.progress?.required ?? 1}
          sending={sending}
          onBack={back}
          onConfirm={() => send(step.verdict, step.form === null ? {} : { form: step.form })}
        />
      ) : (
        <>
          <OwnVote approval={approval} />
          {may.approve && form !== null ? <PolicyFormFields form={form} onEdit={edit} /> : null}
          {allowed ? (
            <Textarea
              ref={commentField}
              classNames={{ input: classes.comment }}
              label={policy.comment === "reject" ? "Comment (a rejection needs one)" : "Comment"}
              placeholder={policy.comment === "always" ? "" : "Optional. Sent along, and kept."}
              required={policy.comment === "always"}
              rows={1}
              value={comment}
              error={tooLong ? `Longer than ${count(commentMaxCharacters)} characters` : commentError}
              description={
                comment.length > counterFrom
                  ? `${count(comment.length)} of ${count(commentMaxCharacters)} characters`
                  : undefined
              }
              inputWrapperOrder={["label", "input", "description", "error"]}
              onChange={(event) => {
                setComment(event.currentTarget.value);
                setCommentFault(null);
                edit();
              }}
            />
          ) : null}
          <div className={classes.buttons}>
            <Button
              ref={approveButton}
              color="moss"
              size="md"
              disabled={!may.approve || blocked}
              onClick={() => ask("approve")}
            >
              Approve
            </Button>
            <Button
              className={classes.reject}
              variant="default"
              size="md"
              disabled={!may.reject || blocked}
              onClick={() => ask("reject")}
            >
              Reject
            </Button>
          </div>
          {may.why === null ? null : <p className={classes.why}>{visibleText(may.why)}</p>}
          {may.breakGlass ? (
            <Button
              className={classes.glass}
              variant="subtle"
              size="compact-sm"
              disabled={blocked}
              onClick={() => {
                onRevise();
                setAsked("break-glass");
              }}
            >
              Break the glass…
            </Button>
          ) : null}
        </>
      )}
    </section>
  );
}

/** Until history has told the execution, the view is still being completed: who has not chosen yet need not be asked again. */
function isCompletion(seen: ApprovalDetail, changes: readonly ChangedPart[]): boolean {
  return (
    !seen.executionIsProven &&
    changes.every(({ field }) => field === "policy" || (field === "execution" && seen.executionArn === null))
  );
}

/** Whoever has voted is told so, and whether it can be changed. */
function OwnVote({ approval }: { approval: ApprovalDetail }) {
  const me = useMe();
  const own = approval.votes.find(({ actor, replaced }) => !replaced && actor.id === me?.id);
  if (own === undefined) return null;
  const can = approval.may.approve || approval.may.reject;
  return (
    <p className={classes.own}>
      You have voted to {own.verdict}.{can ? " Voting again replaces your vote." : ""}
    </p>
  );
}

function count(characters: number): string {
  return characters.toLocaleString("en");
}
