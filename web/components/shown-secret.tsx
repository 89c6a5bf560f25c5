import { Button } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { copyText } from "../lib/copy-text.ts";
import { visibleText } from "../lib/visible-text.ts";
import classes from "./shown-secret.module.css";

/** A new secret, this once. It takes the focus: whoever goes on without it has to make another. */
export function ShownSecret({ name, secret, onDone }: { name: string; secret: string; onDone: () => void }) {
  const [outcome, setOutcome] = useState<"copied" | "refused" | null>(null);
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    panel.current?.focus();
    panel.current?.scrollIntoView({ block: "nearest" });
  }, []);
  return (
    <section ref={panel} className={classes.panel} aria-labelledby="shown-secret" tabIndex={-1}>
      <h2 id="shown-secret" className={classes.title}>
        The secret of <bdi>{visibleText(name)}</bdi>
      </h2>
      <p className={classes.text}>
        Copy it now and keep it where your other secrets are: it is shown this once, and nobody can read it
        again.
      </p>
      <code className={classes.secret}>{secret}</code>
      <div className={classes.buttons}>
        <Button
          leftSection={outcome === "copied" ? <IconCheck size={16} /> : <IconCopy size={16} />}
          onClick={() => void copyText(secret).then((done) => setOutcome(done ? "copied" : "refused"))}
        >
          {outcome === "copied" ? "Copied" : "Copy secret"}
        </Button>
        <Button variant="default" onClick={onDone}>
          Done
        </Button>
        <span role="status" className={classes.text}>
          {outcome === "refused" ? "The browser refused to copy: select the text." : ""}
        </span>
      </div>
    </section>
  );
}
