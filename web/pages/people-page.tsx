import { TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { PersonView } from "../../src/contract/person.ts";
import { LoadTrouble } from "../components/load-trouble.tsx";
import { NewPersonForm } from "../components/new-person-form.tsx";
import { PersonRow } from "../components/person-row.tsx";
import { Section } from "../components/section.tsx";
import { Sheet, TitledPage } from "../components/titled-page.tsx";
import { ShownPassword, type OneTime } from "../components/shown-password.tsx";
import { peopleQuery } from "../queries/people.ts";
import classes from "./people-page.module.css";

/** More than a screen full: then looking for somebody by eye is slower than typing. */
const findFrom = 8;

/** For administrators: who may sign in, and what they may do. */
export function PeoplePage() {
  const query = useQuery(peopleQuery);
  const [shown, setShown] = useState<OneTime | null>(null);
  const [wanted, setWanted] = useState("");
  const people = query.data ?? [];
  const found = people.filter((person) => matches(person, wanted.trim().toLowerCase()));
  return (
    <TitledPage title="People">
      {shown === null ? null : (
        <ShownPassword key={shown.oneTimePassword} oneTime={shown} onDone={() => setShown(null)} />
      )}
      <Sheet>
        <Section title="Who may sign in">
          <LoadTrouble query={query} />
          {people.length < findFrom ? null : (
            <TextInput
              className={classes.find}
              aria-label="Find people"
              placeholder="Name, address, role, team"
              value={wanted}
              onChange={(event) => setWanted(event.currentTarget.value)}
            />
          )}
          {people.length > 0 && found.length === 0 ? <p className={classes.none}>Nobody like that.</p> : null}
          <ul className={classes.list}>
            {found.map((person) => (
              <PersonRow key={person.id} person={person} onPassword={setShown} />
            ))}
          </ul>
        </Section>
        <Section title="New person">
          <NewPersonForm onPassword={setShown} />
        </Section>
      </Sheet>
    </TitledPage>
  );
}

function matches({ name, email, role, teams, isActive, identities }: PersonView, wanted: string): boolean {
  const texts = [name, email, role, ...teams, ...identities.emails, ...identities.logins];
  return [...texts, ...(isActive ? [] : ["deactivated"])].some((text) => text.toLowerCase().includes(wanted));
}
