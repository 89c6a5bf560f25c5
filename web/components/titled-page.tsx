import type { ReactNode } from "react";
import classes from "./titled-page.module.css";

interface Props {
  title: string;
  /** In the browser's tab, where it differs. */
  tabTitle?: string;
  /** Beside the title. */
  beside?: ReactNode;
  children: ReactNode;
}

/** What every page of the frame begins with. */
export function TitledPage({ title, tabTitle = title, beside, children }: Props) {
  return (
    <div className={classes.page}>
      <title>{`${tabTitle} · Countersign`}</title>
      <div className={classes.top}>
        <h1 className={classes.title}>{title}</h1>
        {beside}
      </div>
      {children}
    </div>
  );
}

/** Paper for sections. */
export function Sheet({ children }: { children: ReactNode }) {
  return <div className={classes.sheet}>{children}</div>;
}
