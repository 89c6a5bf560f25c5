import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { AuditFilter } from "../api/audit.ts";
import type { AuditEventView } from "../../src/contract/audit.ts";
import { auditSentence } from "../lib/audit-sentence.ts";
import { foldEvents } from "../lib/fold-events.ts";
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
          {foldEvents(items).map((events) => (
            <AuditRow key={keyOf(events[0])} events={events} linked={filter.approval === undefined} />
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

function keyOf(event: AuditEventView | undefined): string {
  return event === undefined ? "" : `${event.stream} ${event.seq}`;
}

/** One event, or several alike that are told together, newest first. */
function AuditRow({ events, linked }: { events: readonly AuditEventView[]; linked: boolean }) {
  const [event] = events;
  if (event === undefined) return null;
  const { type, at, approvalId } = event;
  return (
    <li className={classes.event} data-alarm={isAlarm(event) || undefined}>
      <p className={classes.head}>
        <span className={classes.told}>
          {auditSentence(event).map((part, index) =>
            typeof part === "string" ? part : <bdi key={index}>{visibleText(part.name)}</bdi>,
          )}
          {events.length === 1 ? null : `, ${events.length} times`}
        </span>
        <span className={classes.type}>{type}</span>
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
        {events.map((each) => (
          <EventFacts key={keyOf(each)} event={each} withTime={events.length > 1} />
        ))}
      </details>
    </li>
  );
}

function EventFacts({ event, withTime }: { event: AuditEventView; withTime: boolean }) {
  const { detail, at, actor, stream, seq, hash } = event;
  return (
    <dl className={classes.facts}>
      {withTime ? (
        <div>
          <dt>at</dt>
          <dd>{at}</dd>
        </div>
      ) : null}
      <div>
        <dt>actor</dt>
        <dd>{visibleText(actor.name)}</dd>
      </div>
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
  );
}

/** Somebody decided alone, past the policy. */
function isAlarm({ type, detail }: AuditEventView): boolean {
  return type === "approval.broke_glass" || typeof detail["breakGlassReason"] === "string";
}
