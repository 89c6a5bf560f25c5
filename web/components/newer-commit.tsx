import { Badge } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ApprovalSummary } from "../../src/contract/approval.ts";
import { safeUrl } from "../lib/safe-url.ts";
import { visibleText } from "../lib/visible-text.ts";
import badge from "./badge.module.css";
import { Notice } from "./notice.tsx";

const shortCommit = 7;

export function NewerCommitBadge({ approval }: { approval: ApprovalSummary }) {
  if (approval.newerCommit === null || approval.status !== "pending") return null;
  return (
    <Badge classNames={badge} data-tone="pending" variant="default" size="lg">
      A newer commit waits
    </Badge>
  );
}

/** The trigger only wants it shown: this one can still be decided. */
export function NewerCommitNotice({ approval }: { approval: ApprovalSummary }) {
  const { newerCommit } = approval;
  if (newerCommit === null || approval.status !== "pending") return null;
  const { commit } = newerCommit;
  const url = newerCommit.url === null ? null : safeUrl(newerCommit.url);
  const short = <code>{visibleText(commit.slice(0, shortCommit))}</code>;
  return (
    <Notice tone="warn" title="A newer commit waits">
      <p>
        {url === null ? (
          short
        ) : (
          <a href={url.href} target="_blank" rel="noopener noreferrer nofollow">
            {short}
          </a>
        )}{" "}
        was pushed to the same branch after this one.{" "}
        <Link to="/" search={{ q: commit, tab: "all" }}>
          See its approvals
        </Link>
      </p>
    </Notice>
  );
}
