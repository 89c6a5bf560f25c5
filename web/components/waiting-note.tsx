import { Countdown } from "./countdown.tsx";
import classes from "./waiting-note.module.css";

export function WaitingNote({ deadlineAt }: { deadlineAt: string | null }) {
  if (deadlineAt === null)
    return (
      <p className={classes.note}>The execution stands still until somebody decides. It has no deadline.</p>
    );
  return (
    <div className={classes.note}>
      <p>The execution stands still until somebody decides.</p>
      <p className={classes.left}>
        <Countdown at={deadlineAt} />
      </p>
    </div>
  );
}
