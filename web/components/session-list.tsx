import { Badge, Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { SessionView } from "../../src/contract/session.ts";
import { browserName } from "../lib/browser-name.ts";
import { visibleText } from "../lib/visible-text.ts";
import { sessionsQuery, useEndSession, useEndSessionsOf } from "../queries/sessions.ts";
import { Age } from "./age.tsx";
import badgeClasses from "./badge.module.css";
import { ErrorNotice } from "./error-notice.tsx";
import { LoadTrouble } from "./load-trouble.tsx";
import classes from "./session-list.module.css";

interface Props {
  /** A person's id, or `me`. */
  person: string;
}

/** Where somebody is signed in, and an end to it. */
export function SessionList({ person }: Props) {
  const query = useQuery(sessionsQuery(person));
  const end = useEndSession();
  const endAll = useEndSessionsOf(person);
  const sessions = query.data ?? [];
  const others = sessions.filter(({ isCurrent }) => !isCurrent);
  const failed = end.error ?? endAll.error;
  return (
    <>
      <LoadTrouble query={query} />
      {failed === null ? null : <ErrorNotice error={failed} />}
      {query.data !== undefined && sessions.length === 0 ? (
        <p className={classes.when}>Signed in nowhere.</p>
      ) : null}
      <ul className={classes.list}>
        {sessions.map((session) => (
          <Session
            key={session.id}
            session={session}
            ending={end.isPending && end.variables === session.id}
            onEnd={() => end.mutate(session.id)}
          />
        ))}
      </ul>
      {others.length < 2 && !(others.length === 1 && person !== "me") ? null : (
        <div>
          <Button variant="default" size="xs" loading={endAll.isPending} onClick={() => endAll.mutate()}>
            {person === "me" ? `End the ${others.length} others` : "End all of them"}
          </Button>
        </div>
      )}
    </>
  );
}

interface SessionProps {
  session: SessionView;
  ending: boolean;
  onEnd: () => void;
}

function Session({ session, ending, onEnd }: SessionProps) {
  const { isCurrent, address, userAgent, openedAt, lastUsedAt } = session;
  const name = visibleText(browserName(userAgent));
  return (
    <li className={classes.session}>
      <div>
        <p className={classes.name}>
          <span title={userAgent ?? undefined}>{name}</span>
          {isCurrent ? (
            <Badge classNames={badgeClasses} data-tone="approved" variant="default">
              This session
            </Badge>
          ) : null}
        </p>
        <p className={classes.when}>
          {address === null ? null : <>{visibleText(address)} · </>}
          used <Age at={lastUsedAt} /> · opened <Age at={openedAt} />
        </p>
      </div>
      {isCurrent ? null : (
        <Button
          variant="default"
          size="xs"
          loading={ending}
          aria-label={`End the session of ${name}`}
          onClick={onEnd}
        >
          End
        </Button>
      )}
    </li>
  );
}
