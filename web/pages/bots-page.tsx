import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { TokenWithSecret } from "../../src/contract/api-token.ts";
import { BotRow } from "../components/bot-row.tsx";
import { LoadTrouble } from "../components/load-trouble.tsx";
import { NewBotForm } from "../components/new-bot-form.tsx";
import { Section } from "../components/section.tsx";
import { Sheet, TitledPage } from "../components/titled-page.tsx";
import { ShownSecret } from "../components/shown-secret.tsx";
import { tokensQuery } from "../queries/tokens.ts";
import classes from "./bots-page.module.css";

/** For administrators: who has a token, what it may do, and an end to it. */
export function BotsPage() {
  const query = useQuery(tokensQuery);
  const [shown, setShown] = useState<TokenWithSecret | null>(null);
  const items = query.data?.items ?? [];
  const live = items.filter(({ status }) => status === "live");
  const ended = items.filter(({ status }) => status !== "live");
  return (
    <TitledPage title="Bots">
      {shown === null ? null : (
        <ShownSecret
          key={shown.secret}
          name={shown.token.name}
          secret={shown.secret}
          onDone={() => setShown(null)}
        />
      )}
      <Sheet>
        <Section title="Tokens">
          <LoadTrouble query={query} />
          {query.data !== undefined && live.length === 0 ? (
            <p className={classes.none}>No bot has a token. Make the first one below.</p>
          ) : null}
          <ul className={classes.bots}>
            {live.map((token) => (
              <BotRow key={token.id} token={token} onSecret={setShown} />
            ))}
          </ul>
          {ended.length === 0 ? null : (
            <details className={classes.ended}>
              <summary>{ended.length === 1 ? "One has ended" : `${ended.length} have ended`}</summary>
              <ul className={classes.bots}>
                {ended.map((token) => (
                  <BotRow key={token.id} token={token} onSecret={setShown} />
                ))}
              </ul>
            </details>
          )}
        </Section>
        <Section title="New token">
          <NewBotForm onSecret={setShown} />
        </Section>
      </Sheet>
    </TitledPage>
  );
}
