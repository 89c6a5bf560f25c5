import { Button, Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { addPersonRequestShape } from "../../src/contract/person.ts";
import { faultsOfShape } from "../lib/field-faults.ts";
import { roleChoices } from "../lib/roles.ts";
import { visibleText } from "../lib/visible-text.ts";
import { signInMethodsQuery } from "../queries/sessions.ts";
import { teamsQuery, useAddPerson } from "../queries/people.ts";
import { ErrorNotice } from "./error-notice.tsx";
import classes from "./new-bot-form.module.css";
import type { OneTime } from "./shown-password.tsx";
import { useFieldFaults } from "./use-field-faults.ts";

const blank = { name: "", email: "", role: "reviewer", teams: [] as string[], withPassword: true };
/** Those that show their own faults. */
const fields = ["name", "email", "role", "teams"];

export function NewPersonForm({ onPassword }: { onPassword: (made: OneTime) => void }) {
  const teams = useQuery(teamsQuery).data ?? [];
  const methods = useQuery(signInMethodsQuery).data;
  const [form, setForm] = useState(blank);
  const add = useAddPerson();
  const { form: ref, faults, setFaults } = useFieldFaults(add.error, fields);
  const set = (members: Partial<typeof blank>) => setForm((before) => ({ ...before, ...members }));
  const canChoose = methods?.password === true && methods.providers.length > 0;

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const request = { ...form, withPassword: canChoose ? form.withPassword : methods?.password !== false };
    const parsed = addPersonRequestShape.safeParse(request);
    add.reset();
    if (!parsed.success) return setFaults(faultsOfShape(parsed.error.issues));
    setFaults({});
    add.mutate(parsed.data, {
      onSuccess: ({ person, oneTimePassword }) => {
        setForm(blank);
        add.reset();
        if (oneTimePassword !== null) onPassword({ email: person.email, oneTimePassword });
      },
    });
  };

  return (
    <form ref={ref} className={classes.form} onSubmit={submit} noValidate>
      {add.isError ? <ErrorNotice error={add.error} fields={fields} /> : null}
      <div className={classes.pair}>
        <TextInput
          label="Name"
          description="Stands in every vote of the person"
          autoComplete="off"
          value={form.name}
          error={faults["name"]}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <TextInput
          label="E-mail"
          description="To sign in with; known in commits too"
          type="email"
          autoComplete="off"
          value={form.email}
          error={faults["email"]}
          onChange={(event) => set({ email: event.currentTarget.value })}
        />
        <NativeSelect
          label="Role"
          data={roleChoices}
          value={form.role}
          error={faults["role"]}
          onChange={(event) => set({ role: event.currentTarget.value })}
        />
      </div>
      {teams.length === 0 ? null : (
        <Checkbox.Group
          label="Teams"
          value={form.teams}
          error={faults["teams"]}
          onChange={(chosen) => set({ teams: chosen })}
        >
          <div className={classes.teams}>
            {teams.map(({ name }) => (
              <Checkbox
                classNames={{ input: classes.box }}
                key={name}
                value={name}
                label={visibleText(name)}
              />
            ))}
          </div>
        </Checkbox.Group>
      )}
      {canChoose ? (
        <Checkbox
          classNames={{ input: classes.box }}
          label="May sign in with a password too"
          checked={form.withPassword}
          onChange={(event) => set({ withPassword: event.currentTarget.checked })}
        />
      ) : null}
      <div>
        <Button type="submit" loading={add.isPending}>
          Add person
        </Button>
      </div>
    </form>
  );
}
