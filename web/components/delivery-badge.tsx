import { Badge } from "@mantine/core";
import type { ApprovalSummary } from "../../src/contract/approval.ts";
import { deliveryLabel } from "../lib/labels.ts";
import classes from "./badge.module.css";

const tones = {
  recorded: "lapsed",
  sent: "lapsed",
  too_late: "rejected",
  uncertain: "pending",
} as const;

/** How far the answer is, until it has arrived: then "Accepted" beside "Rejected" would only be a riddle. */
export function DeliveryBadge({ delivery }: { delivery: ApprovalSummary["delivery"] }) {
  if (delivery === null || delivery === "accepted") return null;
  return (
    <Badge classNames={classes} data-tone={tones[delivery]} data-plain variant="default" size="lg">
      {deliveryLabel[delivery]}
    </Badge>
  );
}
