import { Badge } from "@mantine/core";
import type { ApprovalSummary } from "../../src/contract/approval.ts";
import { deliveryLabel } from "../lib/labels.ts";
import classes from "./badge.module.css";

const tones = {
  recorded: "lapsed",
  sent: "lapsed",
  accepted: "lapsed",
  too_late: "rejected",
  uncertain: "pending",
} as const;

/** How far the answer is. Quiet while all is well. */
export function DeliveryBadge({ delivery }: { delivery: NonNullable<ApprovalSummary["delivery"]> }) {
  return (
    <Badge classNames={classes} data-tone={tones[delivery]} data-plain variant="default" size="lg">
      {deliveryLabel[delivery]}
    </Badge>
  );
}
