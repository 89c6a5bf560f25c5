import { Button } from "@mantine/core";
import { useMemo, useState } from "react";
import { excerpt } from "../lib/excerpt.ts";
import { formatJson } from "../lib/format-json.ts";
import { visibleText } from "../lib/visible-text.ts";
import classes from "./code-block.module.css";
import { CopyButton } from "./copy-button.tsx";

/** One long line can be 256 KiB; this much of it stands before "Show all". */
const maxCharacters = 6000;

/** JSON, indented; copying gives the text as it came. `what` names it. */
export function CodeBlock({ text, what, maxLines = 40 }: { text: string; what: string; maxLines?: number }) {
  const [all, setAll] = useState(false);
  const shown = useMemo(() => visibleText(formatJson(text)), [text]);
  const short = useMemo(() => excerpt(shown, maxLines, maxCharacters), [shown, maxLines]);
  return (
    <div className={classes.block}>
      <div className={classes.copy}>
        <CopyButton text={text} what={what} />
      </div>
      {/* Focusable, so that the keyboard can scroll it. */}
      <pre
        className={classes.code}
        tabIndex={0}
        role="group"
        aria-label={what}
        data-all={all || undefined}
        data-cut={(short.shortened && !all) || undefined}
      >
        {all ? shown : short.text}
      </pre>
      {short.shortened ? (
        <div className={classes.more}>
          <Button variant="subtle" size="xs" aria-expanded={all} onClick={() => setAll(!all)}>
            {all
              ? "Show less"
              : `Show all (${short.lines > 1 ? `${short.lines.toLocaleString("en")} lines, ` : ""}${sizeOf(text)})`}
          </Button>
        </div>
      ) : null}
    </div>
  );
}

function sizeOf(text: string): string {
  const bytes = new TextEncoder().encode(text).length;
  return bytes < 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024)} KiB`;
}
