import { Button, Textarea } from "@mantine/core";
import { useEffect, useId, useRef, useState } from "react";
import type { DecisionAttempt } from "../api/decision.ts";
import classes from "./break-glass-step.module.css";

interface Props {
  sending: boolean;
  onDecide: (verdict: DecisionAttempt["verdict"], reason: string) => void;
  onBack: () => void;
}

/** The contract takes no longer reason. */
const reasonMaxCharacters = 1_000;
/** Long enough that the second half of a double click decides nothing. */
const armMs = 500;

/** An administrator decides alone, whatever the policy says, and says why. */
export function BreakGlassStep({ sending, onDecide, onBack }: Props) {
  const [reason, setReason] = useState("");
  const [asked, setAsked] = useState(false);
  const [armed, setArmed] = useState(false);
  const heading = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus({ preventScroll: true });
    const timer = setTimeout(() => setArmed(true), armMs);
    return () => clearTimeout(timer);
  }, []);
  const missing = reason.trim() === "";
  const decide = (verdict: DecisionAttempt["verdict"]) => {
    setAsked(true);
    if (missing) field.current?.focus();
    else onDecide(verdict, reason.trim());
  };
  return (
    <div
      className={classes.step}
      role="group"
      aria-labelledby={heading}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !sending) onBack();
      }}
    >
      <p id={heading} className={classes.ask}>
        Break the glass?
      </p>
      <p>
        You decide alone and at once, whatever the policy asks for. Your name and your reason stand in red
        with the decision, in the inbox and in the audit trail, for ever.
      </p>
      <Textarea
        ref={field}
        label="Reason"
        required
        rows={2}
        maxLength={reasonMaxCharacters}
        value={reason}
        error={asked && missing ? "Say why" : undefined}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <div className={classes.buttons}>
        <Button color="wax" disabled={!armed} loading={sending} onClick={() => decide("approve")}>
          Approve alone
        </Button>
        <Button color="wax" disabled={!armed} loading={sending} onClick={() => decide("reject")}>
          Reject alone
        </Button>
        <Button variant="default" disabled={!armed || sending} onClick={onBack}>
          Back
        </Button>
      </div>
    </div>
  );
}
