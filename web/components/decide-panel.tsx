import { Button } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { ApprovalDetail } from "../../src/contract/approval.ts";
import type { DecisionAttempt } from "../api/decision.ts";
import { ApiProblem } from "../api/errors.ts";
import { type ChangedPart, changesBetween } from "../lib/changed-parts.ts";
import { describeError } from "../lib/describe-error.ts";
import { faultsOf, placeFaults } from "../lib/field-faults.ts";
import { randomKey } from "../lib/random-key.ts";
import { visibleText } from "../lib/visible-text.ts";
import { useMe } from "../queries/me.ts";
import { BreakGlassStep } from "./break-glass-step.tsx";
import { ChangedNotice } from "./changed-notice.tsx";
import { CommentField, isTooLong } from "./comment-field.tsx";
import { ConfirmStep } from "./confirm-step.tsx";
import classes from "./decide-panel.module.css";
import { ErrorNotice } from "./error-notice.tsx";
import { focusFirstFault } from "./focus-first-fault.ts";
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

/** As high as the buttons, where they lie over a page that is longer than the window. */
const buttonsHeight = 80;

export function DecidePanel({ approval, sending, error, onDecide, onRetry, onRevise }: Props) {
  const [comment, setComment] = useState("");
  const [commentFault, setCommentFault] = useState<string | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  /** What the reader decides about: the page may have read it anew since. */
  const [seen, setSeen] = useState(approval);
  const changes = changesBetween(seen, approval);
  if (asked === null && changes.length > 0 && isCompletion(seen, changes)) setSeen(approval);
  const approveButton = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLElement>(null);
  const { may, policy } = approval;
  const allowed = may.approve || may.reject;
  // After a lost reply the same click is sent again, with its key: perhaps the server has acted on it.
  const repeatable = error !== null && describeError(error).retryable;
  const code = error instanceof ApiProblem ? error.problem.code : null;
  const form = usePolicyForm(approval, faultsOf(error));
  const ownFields = ["comment", ...(form?.names ?? [])];
  const placed = placeFaults(faultsOf(error), ownFields);
  const blocked = isTooLong(comment) || changes.length > 0;
  useEffect(() => {
    if (code === "invalid") focusFirstFault(panel.current);
  }, [code, error]);

  /** What is refused can be put right: whoever does so has to choose again. */
  const edit = () => {
    if (error === null || repeatable) return;
    setAsked(null);
    onRevise();
  };
  const ask = (verdict: Verdict) => {
    onRevise();
    const fields = panel.current?.querySelector("fieldset") ?? null;
    if (verdict === "approve" && fields !== null && isBelow(fields)) return leadTo(fields);
    const filled = verdict === "approve" && form !== null ? form.read() : null;
    const needsComment = policy.comment === "always" || (policy.comment === "reject" && verdict === "reject");
    const missing = needsComment && comment.trim() === "";
    setCommentFault(missing ? "The policy wants a comment" : null);
    if (!missing && (verdict === "reject" || form === null || filled !== null))
      setAsked({ verdict, form: filled });
    else requestAnimationFrame(() => focusFirstFault(panel.current));
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
    <section ref={panel} className={classes.panel} aria-label="Decide">
      {changes.length === 0 && error === null ? null : (
        <div className={classes.notice}>
          {changes.length > 0 ? (
            <ChangedNotice changes={changes} onSeen={look} />
          ) : (
            <ErrorNotice error={error} fields={ownFields} onRetry={onRetry} retrying={sending} />
          )}
        </div>
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
          <div className={classes.fields}>
            <OwnVote approval={approval} />
            {may.approve && form !== null ? <PolicyFormFields form={form} onEdit={edit} /> : null}
            {allowed ? (
              <CommentField
                needed={policy.comment}
                comment={comment}
                fault={commentFault ?? placed.faults["comment"] ?? null}
                onChange={(next) => {
                  setComment(next);
                  setCommentFault(null);
                  edit();
                }}
              />
            ) : null}
          </div>
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

/** On a phone a form stands below everything that is to be read, and the buttons over it: nobody approves a form without seeing it. */
function isBelow(fields: HTMLElement): boolean {
  return fields.getBoundingClientRect().top > window.innerHeight - buttonsHeight;
}

function leadTo(fields: HTMLElement): void {
  fields.focus({ preventScroll: true });
  fields.scrollIntoView({ block: "start" });
}
