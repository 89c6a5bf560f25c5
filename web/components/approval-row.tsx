import { IconGitBranch, IconUser } from "@tabler/icons-react";
import { Link, getRouteApi } from "@tanstack/react-router";
import type { ApprovalSummary } from "../../src/contract/approval.ts";
import { visibleText } from "../lib/visible-text.ts";
import { Age } from "./age.tsx";
import classes from "./approval-row.module.css";
import { AttemptBadge } from "./attempt-badge.tsx";
import { BreakGlassBadge } from "./break-glass-badge.tsx";
import { Countdown } from "./countdown.tsx";
import { DeliveryBadge } from "./delivery-badge.tsx";
import { NewerCommitBadge } from "./newer-commit.tsx";
import { StatusBadge } from "./status-badge.tsx";

const shortCommit = 7;
const inbox = getRouteApi("/frame/");

export function ApprovalRow({ approval }: { approval: ApprovalSummary }) {
  const { repository, commit, ref, requestedBy, state, deadlineAt, delivery } = approval;
  const search = inbox.useSearch();
  return (
    <li className={classes.row} data-status={approval.status}>
      <div className={classes.what}>
        {/* The link spreads over the whole row, and is named by the title alone. */}
        <Link
          to="/approvals/$id"
          params={{ id: approval.id }}
          state={{ inbox: search }}
          className={classes.title}
          dir="auto"
        >
          {visibleText(approval.title)}
        </Link>
        <div className={classes.facts}>
          {repository === null ? null : <bdi className={classes.strong}>{visibleText(repository)}</bdi>}
          {commit === null ? null : (
            <code className={classes.commit}>{visibleText(commit.slice(0, shortCommit))}</code>
          )}
          {ref === null ? null : (
            <span className={classes.fact}>
              <IconGitBranch size={14} stroke={1.8} aria-label="Ref" role="img" />
              <bdi>{visibleText(ref.replace(/^refs\/(heads|tags)\//, ""))}</bdi>
            </span>
          )}
          {requestedBy === null ? null : (
            <span className={classes.fact}>
              <IconUser size={14} stroke={1.8} aria-label="Requested by" role="img" />
              <bdi>{visibleText(requestedBy)}</bdi>
            </span>
          )}
          {state === null ? null : (
            <span className={classes.fact}>
              {approval.status === "pending" ? "waits at" : "waited at"}{" "}
              <bdi className={classes.state}>{visibleText(state)}</bdi>
            </span>
          )}
        </div>
      </div>
      <div className={classes.badges}>
        <NewerCommitBadge approval={approval} />
        <AttemptBadge attempt={approval.attempt} />
        <BreakGlassBadge decision={approval.decision} />
        <StatusBadge approval={approval} />
        <DeliveryBadge delivery={delivery} />
      </div>
      <div className={classes.when}>
        <Age at={approval.receivedAt} />
        {approval.status === "pending" && deadlineAt !== null ? <Countdown at={deadlineAt} /> : null}
      </div>
    </li>
  );
}
