import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { createTeamRequestShape } from "../../src/contract/team.ts";
import { ErrorNotice } from "../components/error-notice.tsx";
import { LoadTrouble } from "../components/load-trouble.tsx";
import formClasses from "../components/person-row.module.css";
import { Section } from "../components/section.tsx";
import { Sheet, TitledPage } from "../components/titled-page.tsx";
import { TeamRow } from "../components/team-row.tsx";
import { useFieldFaults } from "../components/use-field-faults.ts";
import { faultsOfShape } from "../lib/field-faults.ts";
import { peopleQuery, teamsQuery, useCreateTeam } from "../queries/people.ts";
import classes from "./people-page.module.css";

/** For administrators: whom policies name together. */
export function TeamsPage() {
  const query = useQuery(teamsQuery);
  const people = useQuery(peopleQuery).data ?? [];
  const teams = query.data ?? [];
  return (
    <TitledPage title="Teams">
      <Sheet>
        <Section title="Whom policies name together">
          <LoadTrouble query={query} />
          {query.data !== undefined && teams.length === 0 ? (
            <p className={classes.none}>There is no team. Make the first one below.</p>
          ) : null}
          <ul className={classes.list}>
            {teams.map((team) => (
              <TeamRow key={team.name} team={team} people={people} />
            ))}
          </ul>
        </Section>
        <Section title="New team">
          <NewTeamForm />
        </Section>
      </Sheet>
    </TitledPage>
  );
}

/** Those that show their own faults. */
const fields = ["name"];

function NewTeamForm() {
  const [name, setName] = useState("");
  const create = useCreateTeam();
  const { form, faults, setFaults } = useFieldFaults(create.error, fields);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const parsed = createTeamRequestShape.safeParse({ name: name.trim() });
    create.reset();
    if (!parsed.success) return setFaults(faultsOfShape(parsed.error.issues));
    setFaults({});
    create.mutate(parsed.data.name, { onSuccess: () => setName("") });
  };
  return (
    <form ref={form} className={formClasses.form} onSubmit={submit} noValidate>
      {create.isError ? <ErrorNotice error={create.error} fields={fields} /> : null}
      <TextInput
        label="Name"
        description="As policies write it; it cannot be changed later"
        autoComplete="off"
        value={name}
        error={faults["name"]}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <div>
        <Button type="submit" loading={create.isPending}>
          Make team
        </Button>
      </div>
    </form>
  );
}
