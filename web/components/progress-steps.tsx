import { IconAlertTriangle, IconCheck, IconX } from "@tabler/icons-react";
import type { Step, Tone } from "../lib/progress.ts";
import { visibleText } from "../lib/visible-text.ts";
import { Age } from "./age.tsx";
import classes from "./progress-steps.module.css";

const icons: Record<Tone, typeof IconCheck | null> = {
  done: IconCheck,
  good: IconCheck,
  bad: IconX,
  warn: IconAlertTriangle,
  ahead: null,
};

/** One stretch of the way that a decision goes. `open`: more comes below, so the line goes on. */
export function ProgressSteps({
  steps,
  label,
  open = false,
}: {
  steps: readonly Step[];
  label?: string;
  open?: boolean;
}) {
  return (
    <ol className={classes.steps} aria-label={label} data-open={open || undefined}>
      {steps.map(({ id, label: name, tone, at, text }) => {
        const Icon = icons[tone];
        return (
          <li key={id} className={classes.step} data-tone={tone}>
            <span className={classes.dot} aria-hidden="true">
              {Icon === null ? null : <Icon size={13} stroke={2.6} />}
            </span>
            <div className={classes.body}>
              <span className={classes.label}>{name}</span>
              {at === null ? null : (
                <span className={classes.at}>
                  <Age at={at} />
                </span>
              )}
              {text === null ? null : <p className={classes.text}>{visibleText(text)}</p>}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
