import { Button } from "@mantine/core";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import classes from "./confirm-step.module.css";

interface Props {
  ask: string;
  children: ReactNode;
  confirm: string;
  color: "ink" | "wax";
  sending: boolean;
  onConfirm: () => void;
  onBack: () => void;
}

/** Long enough that the second half of a double click, which was meant for the button before, does nothing. */
const armMs = 500;

/** A second look at what an administrator is about to do. */
export function ConfirmAction({ ask, children, confirm, color, sending, onConfirm, onBack }: Props) {
  const [armed, setArmed] = useState(false);
  const group = useRef<HTMLDivElement>(null);
  const heading = useId();
  useEffect(() => {
    // The group, not its button: a held Enter key must not do it either.
    group.current?.focus({ preventScroll: true });
    const timer = setTimeout(() => setArmed(true), armMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div
      ref={group}
      className={classes.step}
      role="group"
      aria-labelledby={heading}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !sending) onBack();
      }}
    >
      <p id={heading} className={classes.ask}>
        {ask}
      </p>
      <div className={classes.what}>{children}</div>
      <div className={classes.few}>
        <Button color={color} loading={sending} disabled={!armed} onClick={onConfirm}>
          {confirm}
        </Button>
        <Button variant="default" disabled={!armed || sending} onClick={onBack}>
          Back
        </Button>
      </div>
    </div>
  );
}
