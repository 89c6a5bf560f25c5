import { Button, VisuallyHidden } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { Tab } from "../lib/inbox-search.ts";
import { approvalsQuery } from "../queries/approvals.ts";
import classes from "./approval-list.module.css";
import { ApprovalRow } from "./approval-row.tsx";
import { EmptyInbox } from "./empty-inbox.tsx";
import { LoadTrouble } from "./load-trouble.tsx";
import { InboxSkeleton } from "./inbox-skeleton.tsx";

export function ApprovalList({ tab, q, onClear }: { tab: Tab; q: string; onClear: () => void }) {
  const query = useInfiniteQuery(
    approvalsQuery({ ...(tab === "all" ? {} : { status: tab }), ...(q === "" ? {} : { q }) }),
  );
  const items = query.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <LoadTrouble query={query} />
      {query.isError && items === undefined ? null : (
        <div className={classes.list} data-stale={query.isPlaceholderData || undefined}>
          {items === undefined ? (
            <InboxSkeleton />
          ) : items.length === 0 ? (
            <EmptyInbox tab={tab} q={q} onClear={onClear} />
          ) : (
            <ul className={classes.rows}>
              {items.map((approval) => (
                <ApprovalRow key={approval.id} approval={approval} />
              ))}
            </ul>
          )}
        </div>
      )}
      {query.hasNextPage ? (
        <Button
          className={classes.more}
          variant="default"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          Load more
        </Button>
      ) : null}
      <VisuallyHidden aria-live="polite">
        {items === undefined ? "" : `${items.length}${query.hasNextPage ? " or more" : ""} shown`}
      </VisuallyHidden>
    </>
  );
}
