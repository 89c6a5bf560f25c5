import type { ReactNode } from "react";
import { Mark } from "./mark.tsx";
import classes from "./message.module.css";

interface Props {
  title: string;
  children: ReactNode;
  action?: ReactNode;
  role?: "alert";
  level?: 1 | 2;
}

/** A quiet page in itself: nothing here, not found, broken. */
export function Message({ title, children, action, role, level = 1 }: Props) {
  const Heading = `h${level}` as const;
  return (
    <div className={classes.message} role={role}>
      <Mark size={40} />
      <Heading className={classes.title}>{title}</Heading>
      <div className={classes.text}>{children}</div>
      {action === undefined ? null : <div className={classes.action}>{action}</div>}
    </div>
  );
}
