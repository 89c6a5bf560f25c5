import { visibleText } from "../lib/visible-text.ts";
import classes from "./code-value.module.css";
import { CopyButton } from "./copy-button.tsx";

/** A name for machines: a commit, an ARN. */
export function CodeValue({ text, what }: { text: string; what: string }) {
  return (
    <span className={classes.value}>
      <code className={classes.code}>{visibleText(text)}</code>
      <CopyButton text={text} what={what} />
    </span>
  );
}
