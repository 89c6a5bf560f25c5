import { Badge } from "@mantine/core";
import { IconCircleCheck, IconCircleDashed, IconCircleX, IconClockOff } from "@tabler/icons-react";
import type { ApprovalSummary } from "../../src/contract/approval.ts";
import { lapsedShort, statusLabel } from "../lib/labels.ts";
import classes from "./badge.module.css";

const icons = {
  pending: IconCircleDashed,
  approved: IconCircleCheck,
  rejected: IconCircleX,
  lapsed: IconClockOff,
};

export function StatusBadge({
  approval,
}: {
  approval: Pick<ApprovalSummary, "status" | "lapsedReason" | "progress">;
}) {
  const { status, lapsedReason, progress } = approval;
  const Icon = icons[status];
  return (
    <Badge
      classNames={classes}
      data-tone={status}
      variant="default"
      size="lg"
      leftSection={<Icon size={15} stroke={2} aria-hidden="true" />}
    >
      {statusLabel[status]}
      {progress === null || progress.required === 1 ? "" : `: ${progress.have} of ${progress.required}`}
      {lapsedReason === null ? "" : `: ${lapsedShort[lapsedReason]}`}
    </Badge>
  );
}
