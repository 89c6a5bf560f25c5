import { Countdown } from "./countdown.tsx";
import classes from "./waiting-note.module.css";

export function WaitingNote({ deadlineAt }: { deadlineAt: string | null }) {
  if (deadlineAt === null) return <p className={classes.note}>The execution stands still until somebody decides; it has no deadline.</p>;
  return (
    <p className={classes.note}>
      The execution stands still until somebody decides: <Countdown at={deadlineAt} />
    </p>
  );
}
