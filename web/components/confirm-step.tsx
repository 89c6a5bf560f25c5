import { Button } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { DecisionAttempt } from "../api/decision.ts";
import classes from "./confirm-step.module.css";
import { Prose } from "./prose.tsx";

interface Props {
  verdict: DecisionAttempt["verdict"];
  comment: string;
  /** How many approvals the policy wants. */
  counts: number;
  sending: boolean;
  onConfirm: () => void;
  onBack: () => void;
}

/** Long enough that the second half of a double click, which was meant for the button before, decides nothing. */
const armMs = 500;

const texts = {
  approve: {
    ask: "Approve this?",
    what: "The execution goes on. This cannot be taken back.",
    confirm: "Confirm approval",
    color: "moss",
  },
  reject: {
    ask: "Reject this?",
    what: "The execution is told that it was rejected. This cannot be taken back.",
    confirm: "Confirm rejection",
    color: "wax",
  },
} as const;

const quorum =
  "Your vote is counted with the others'. Once the policy is satisfied, the execution is told, and nothing can be taken back.";

export function ConfirmStep({ verdict, comment, counts, sending, onConfirm, onBack }: Props) {
  const [armed, setArmed] = useState(false);
  const group = useRef<HTMLDivElement>(null);
  const { ask, what, confirm, color } = texts[verdict];

  useEffect(() => {
    // The group, not its button: a held Enter key must not decide either.
    group.current?.focus({ preventScroll: true });
    const timer = setTimeout(() => setArmed(true), armMs);
    return () => clearTimeout(timer);
  }, []);

  return (
    <div
      ref={group}
      className={classes.step}
      role="group"
      aria-labelledby="confirm-ask"
      aria-describedby="confirm-what"
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !sending) onBack();
      }}
    >
      <div>
        <p id="confirm-ask" className={classes.ask}>
          {ask}
        </p>
        <p id="confirm-what" className={classes.what}>
          {counts === 1 ? what : quorum}
        </p>
      </div>
      {comment.trim() === "" ? null : (
        <blockquote className={classes.comment}>
          <Prose text={comment.trim()} what="comment" maxLines={4} maxCharacters={280} />
        </blockquote>
      )}
      <div className={classes.buttons}>
        <Button color={color} size="md" loading={sending} disabled={!armed} onClick={onConfirm}>
          {confirm}
        </Button>
        <Button variant="default" size="md" disabled={!armed || sending} onClick={onBack}>
          Back
        </Button>
      </div>
    </div>
  );
}
