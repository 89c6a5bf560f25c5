import { IconArrowLeft } from "@tabler/icons-react";
import { Link, useLocation } from "@tanstack/react-router";
import type { ApprovalDetail } from "../../src/contract/approval.ts";
import { visibleText } from "../lib/visible-text.ts";
import { Age } from "./age.tsx";
import classes from "./approval-header.module.css";
import { AttemptBadge } from "./attempt-badge.tsx";
import { BreakGlassBadge } from "./break-glass-badge.tsx";
import { DeliveryBadge } from "./delivery-badge.tsx";
import { StatusBadge } from "./status-badge.tsx";

export function ApprovalHeader({ approval }: { approval: ApprovalDetail }) {
  const { repository, requestedBy, delivery } = approval;
  const inbox = useLocation({ select: ({ state }) => state.inbox ?? {} });
  return (
    <header className={classes.header}>
      <Link to="/" search={inbox} className={classes.back}>
        <IconArrowLeft size={16} stroke={1.8} aria-hidden="true" />
        Inbox
      </Link>
      <h1 className={classes.title} dir="auto">
        {visibleText(approval.title)}
      </h1>
      <div className={classes.line}>
        <StatusBadge approval={approval} />
        <BreakGlassBadge decision={approval.decision} />
        <AttemptBadge attempt={approval.attempt} />
        <DeliveryBadge delivery={delivery} />
        <span className={classes.who}>
          {requestedBy === null ? (
            "Asked"
          ) : (
            <>
              Asked by <bdi className={classes.strong}>{visibleText(requestedBy)}</bdi>
            </>
          )}{" "}
          <Age at={approval.receivedAt} />
          {repository === null ? null : (
            <>
              {" "}
              for <bdi className={classes.strong}>{visibleText(repository)}</bdi>
            </>
          )}
        </span>
      </div>
    </header>
  );
}
