import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { AuditFilter } from "../api/audit.ts";
import type { AuditEventView } from "../../src/contract/audit.ts";
import { visibleText } from "../lib/visible-text.ts";
import { auditQuery } from "../queries/audit.ts";
import classes from "./audit-list.module.css";
import { LoadTrouble } from "./load-trouble.tsx";
import { Timestamp } from "./timestamp.tsx";

interface Props {
  filter: Omit<AuditFilter, "cursor">;
  /** Another one: there may be more to tell. */
  version?: string;
}

/** Events of the audit trail, newest first, each with what it tells and its hash. */
export function AuditList({ filter, version = "" }: Props) {
  const query = useInfiniteQuery(auditQuery(filter, version));
  const items = query.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <LoadTrouble query={query} />
      {items === undefined ? null : items.length === 0 ? (
        <p className={classes.none}>Nothing in the audit trail matches.</p>
      ) : (
        <ol className={classes.events} data-stale={query.isPlaceholderData || undefined}>
          {items.map((event) => (
            <AuditRow
              key={`${event.stream} ${event.seq}`}
              event={event}
              linked={filter.approval === undefined}
            />
          ))}
        </ol>
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
    </>
  );
}

function AuditRow({ event, linked }: { event: AuditEventView; linked: boolean }) {
  const { type, actor, at, approvalId, detail, stream, seq, hash } = event;
  return (
    <li className={classes.event} data-alarm={isAlarm(event) || undefined}>
      <p className={classes.head}>
        <span className={classes.type}>{type}</span>
        <bdi className={classes.actor}>{visibleText(actor.name)}</bdi>
      </p>
      <p className={classes.when}>
        <Timestamp at={at} />
      </p>
      {linked && approvalId !== null ? (
        <p>
          <Link to="/approvals/$id" params={{ id: approvalId }}>
            Approval {approvalId.slice(0, 8)}
          </Link>
        </p>
      ) : null}
      <details className={classes.details}>
        <summary>Details</summary>
        <dl className={classes.facts}>
          {Object.entries(detail).map(([name, value]) => (
            <div key={name}>
              <dt>{visibleText(name)}</dt>
              <dd>{visibleText(typeof value === "string" ? value : JSON.stringify(value))}</dd>
            </div>
          ))}
          <div>
            <dt>chain</dt>
            <dd>
              {visibleText(stream)}, event {seq}
            </dd>
          </div>
          <div>
            <dt>hash</dt>
            <dd>{hash}</dd>
          </div>
        </dl>
      </details>
    </li>
  );
}

/** Somebody decided alone, past the policy. */
function isAlarm({ type, detail }: AuditEventView): boolean {
  return type === "approval.broke_glass" || typeof detail["breakGlassReason"] === "string";
}
