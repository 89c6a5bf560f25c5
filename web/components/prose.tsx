import { Button } from "@mantine/core";
import { useMemo, useState } from "react";
import { excerpt } from "../lib/excerpt.ts";
import { visibleText } from "../lib/visible-text.ts";
import classes from "./prose.module.css";

interface Props {
  text: string;
  what: string;
  maxLines?: number;
  maxCharacters: number;
}

/** What somebody wrote, with their line breaks, as plain text. Long texts are opened on request. */
export function Prose({ text, what, maxLines = 30, maxCharacters }: Props) {
  const [all, setAll] = useState(false);
  const shown = useMemo(() => visibleText(text), [text]);
  const short = useMemo(() => excerpt(shown, maxLines, maxCharacters), [shown, maxLines, maxCharacters]);
  return (
    <>
      <div className={classes.prose} dir="auto">
        {all || !short.shortened ? shown : `${short.text} …`}
      </div>
      {short.shortened ? (
        <Button
          variant="subtle"
          size="compact-sm"
          className={classes.more}
          aria-expanded={all}
          onClick={() => setAll(!all)}
        >
          {all ? "Show less" : `Show the whole ${what}`}
        </Button>
      ) : null}
    </>
  );
}
