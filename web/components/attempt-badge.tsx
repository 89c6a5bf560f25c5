import { Badge } from "@mantine/core";
import classes from "./badge.module.css";

/** Nothing for a first attempt, which nobody wonders about. */
export function AttemptBadge({ attempt }: { attempt: number }) {
  if (attempt <= 1) return null;
  return (
    <Badge classNames={classes} data-tone="lapsed" data-plain variant="default" size="lg">
      Attempt {attempt}
    </Badge>
  );
}
