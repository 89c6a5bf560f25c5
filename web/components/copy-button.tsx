import { ActionIcon } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { copyText } from "../lib/copy-text.ts";

/** `what` completes "Copy …". */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [outcome, setOutcome] = useState<"copied" | "refused" | null>(null);
  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => setOutcome(null), 2000);
    return () => clearTimeout(timer);
  }, [outcome]);
  const label =
    outcome === null ? `Copy ${what}` : outcome === "copied" ? "Copied" : "The browser refused to copy";
  const copy = async () => setOutcome((await copyText(text)) ? "copied" : "refused");
  return (
    <ActionIcon variant="subtle" size="md" aria-label={label} title={label} onClick={() => void copy()}>
      {outcome === "copied" ? <IconCheck size={16} stroke={2.2} /> : <IconCopy size={16} stroke={1.7} />}
    </ActionIcon>
  );
}
