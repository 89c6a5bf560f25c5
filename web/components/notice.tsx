import type { ReactNode } from "react";
import classes from "./notice.module.css";

interface Props {
  tone: "bad" | "warn" | "note";
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  /** Read out at once. Only for what the reader has just caused. */
  alert?: boolean;
}

export function Notice({ tone, title, children, action, alert = false }: Props) {
  return (
    <div className={classes.notice} data-tone={tone} role={alert ? "alert" : undefined}>
      <p className={classes.title}>{title}</p>
      {children}
      {action === undefined ? null : <div className={classes.action}>{action}</div>}
    </div>
  );
}
