import { Badge, Button } from "@mantine/core";
import { useState } from "react";
import type { TokenView, TokenWithSecret } from "../../src/contract/api-token.ts";
import { visibleText } from "../lib/visible-text.ts";
import { Age } from "./age.tsx";
import badgeClasses from "./badge.module.css";
import classes from "./bot-row.module.css";
import { Facts } from "./facts.tsx";
import { RevokeBot } from "./revoke-bot.tsx";
import { RotateBot } from "./rotate-bot.tsx";
import { Timestamp } from "./timestamp.tsx";

interface Props {
  token: TokenView;
  onSecret: (made: TokenWithSecret) => void;
}

export function BotRow({ token, onSecret }: Props) {
  const [asked, setAsked] = useState<"rotate" | "revoke" | null>(null);
  const { name, status, scopes } = token;
  const back = () => setAsked(null);
  return (
    <li className={classes.bot}>
      <div className={classes.head}>
        <h3 className={classes.name}>
          <bdi>{visibleText(name)}</bdi>
        </h3>
        <span className={classes.scopes}>
          {status === "live" ? null : (
            <Badge classNames={badgeClasses} data-tone="lapsed" variant="default">
              {status === "revoked" ? "Revoked" : "Expired"}
            </Badge>
          )}
          {scopes.map((scope) => (
            <Badge key={scope} classNames={badgeClasses} data-tone="lapsed" data-plain variant="default">
              {scope}
            </Badge>
          ))}
        </span>
      </div>
      <Facts facts={factsOf(token)} />
      {status !== "live" ? null : asked === "rotate" ? (
        <RotateBot
          token={token}
          onBack={back}
          onDone={(made) => {
            back();
            onSecret(made);
          }}
        />
      ) : asked === "revoke" ? (
        <RevokeBot token={token} onBack={back} />
      ) : (
        <div className={classes.buttons}>
          <Button
            variant="default"
            size="xs"
            aria-label={`Rotate ${name}`}
            onClick={() => setAsked("rotate")}
          >
            Rotate
          </Button>
          <Button
            variant="default"
            size="xs"
            aria-label={`Revoke ${name}`}
            onClick={() => setAsked("revoke")}
          >
            Revoke
          </Button>
        </div>
      )}
    </li>
  );
}

function factsOf({ activities, repositories, verdict, secrets, ...token }: TokenView) {
  const patterns = (list: readonly string[] | null) =>
    list === null ? null : <span className={classes.patterns}>{visibleText(list.join(", "))}</span>;
  const gone = secrets.find(({ holder }) => holder?.isActive === false)?.holder ?? undefined;
  const old = secrets.filter(({ endsAt }) => endsAt !== null);
  return [
    { name: "Activities", value: patterns(activities) },
    { name: "Repositories", value: patterns(repositories) },
    {
      name: "Verdict",
      value:
        verdict === null
          ? null
          : verdict === "reject"
            ? "May reject, never approve"
            : "May approve, never reject",
    },
    {
      name: "Holder",
      value:
        gone === undefined
          ? null
          : `${visibleText(gone.name)} is deactivated, and the secret shown to them opens nothing: rotate it to hand it over`,
    },
    { name: "Last used", value: token.lastUsedAt === null ? "Never" : <Age at={token.lastUsedAt} /> },
    { name: "Revoked", value: token.revokedAt === null ? null : <Timestamp at={token.revokedAt} /> },
    {
      name: "Ends",
      value: token.expiresAt === null ? "Never" : <Timestamp at={token.expiresAt} told="no" />,
    },
    {
      name: "Old secrets",
      value:
        old.length === 0 ? null : (
          <ul className={classes.secrets}>
            {old.map(({ createdAt, endsAt, lastUsedAt }) => (
              <li key={`${createdAt} ${endsAt}`}>
                good until <Timestamp at={endsAt ?? createdAt} told="no" />
                {lastUsedAt === null ? (
                  ", never used"
                ) : (
                  <>
                    , last used <Age at={lastUsedAt} />
                  </>
                )}
              </li>
            ))}
          </ul>
        ),
    },
    {
      name: "Made",
      value: (
        <>
          <Age at={token.createdAt} />
          {token.createdBy === null ? null : (
            <>
              {" by "}
              <bdi>
                {token.createdBy.kind === "system" ? "the command line" : visibleText(token.createdBy.name)}
              </bdi>
            </>
          )}
        </>
      ),
    },
  ];
}
