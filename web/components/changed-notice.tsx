import { Button } from "@mantine/core";
import type { ChangedPart } from "../lib/changed-parts.ts";
import classes from "./changed-notice.module.css";
import { Notice } from "./notice.tsx";

interface Props {
  changes: readonly ChangedPart[];
  onSeen: () => void;
}

/** What is on the page is not what the reader was deciding about. */
export function ChangedNotice({ changes, onSeen }: Props) {
  return (
    <Notice
      tone="warn"
      alert
      title="This has changed since you looked"
      action={
        <Button size="xs" variant="default" onClick={onSeen}>
          I have seen it
        </Button>
      }
    >
      <p>Nothing was recorded. Your comment is kept.</p>
      <ul className={classes.changes}>
        {changes.map(({ field, label, was, now }) => (
          <li key={field}>
            <strong>{label}</strong>{" "}
            {was === null || now === null ? (
              "is another one; the page shows the new one."
            ) : (
              <>
                was <bdi className={classes.was}>{was}</bdi> and is now <bdi>{now}</bdi>.
              </>
            )}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
