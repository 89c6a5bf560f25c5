import { Badge } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { ApprovalSummary } from "../../src/contract/approval.ts";
import classes from "./badge.module.css";

/** An administrator decided alone: said wherever the decision is. */
export function BreakGlassBadge({ decision }: Pick<ApprovalSummary, "decision">) {
  if (decision === null || decision.breakGlassReason === null) return null;
  return (
    <Badge
      classNames={classes}
      data-tone="alarm"
      variant="default"
      size="lg"
      leftSection={<IconAlertTriangle size={15} stroke={2} aria-hidden="true" />}
    >
      Glass broken
    </Badge>
  );
}
