import { Button } from "@mantine/core";
import { useEffect, useRef } from "react";
import { visibleText } from "../lib/visible-text.ts";
import { CopyButton } from "./copy-button.tsx";
import classes from "./shown-secret.module.css";

export interface OneTime {
  email: string;
  oneTimePassword: string;
}

/** A one-time password, this once. It takes the focus: whoever goes on without it has to make another. */
export function ShownPassword({ oneTime, onDone }: { oneTime: OneTime; onDone: () => void }) {
  const { email, oneTimePassword } = oneTime;
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    panel.current?.focus();
    panel.current?.scrollIntoView({ block: "nearest" });
  }, []);
  return (
    <section ref={panel} className={classes.panel} aria-labelledby="shown-password" tabIndex={-1}>
      <h2 id="shown-password" className={classes.title}>
        The one-time password of <bdi>{visibleText(email)}</bdi>
      </h2>
      <p className={classes.text}>
        Hand it over in a way that nobody else reads. It is shown this once and opens one session, in which
        the person chooses another.
      </p>
      <div className={classes.buttons}>
        <code className={classes.secret}>{oneTimePassword}</code>
        <CopyButton text={oneTimePassword} what="one-time password" />
      </div>
      <div>
        <Button variant="default" onClick={onDone}>
          Done
        </Button>
      </div>
    </section>
  );
}
