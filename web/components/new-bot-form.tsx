import { Button, Checkbox, NativeSelect, TextInput, Textarea } from "@mantine/core";
import { type SubmitEvent, useState } from "react";
import { createTokenRequestShape, type TokenWithSecret } from "../../src/contract/api-token.ts";
import type { TokenScope } from "../../src/contract/token-scope.ts";
import { faultsOfShape } from "../lib/field-faults.ts";
import { useCreateToken } from "../queries/tokens.ts";
import { ErrorNotice } from "./error-notice.tsx";
import classes from "./new-bot-form.module.css";
import { useFieldFaults } from "./use-field-faults.ts";

const scopeTexts: Record<TokenScope, string> = {
  read: "reads approvals and their audit trail",
  decide: "approves and rejects",
  admin: "makes and ends tokens, never with more than its own",
};
const verdictTexts = [
  { value: "", label: "Either" },
  { value: "reject", label: "May reject, never approve" },
  { value: "approve", label: "May approve, never reject" },
];
const daySeconds = 24 * 3600;
const ends = [
  { value: String(30 * daySeconds), label: "In 30 days" },
  { value: String(90 * daySeconds), label: "In 90 days" },
  { value: String(365 * daySeconds), label: "In a year" },
  { value: "", label: "Never" },
];
const blank = {
  name: "",
  scopes: ["read"] as TokenScope[],
  activities: "",
  repositories: "",
  verdict: "",
  end: ends[1]?.value ?? "",
};
/** Those that show their own faults. */
const fields = ["name", "scopes", "activities", "repositories", "verdict", "expiresInSeconds"];

export function NewBotForm({ onSecret }: { onSecret: (made: TokenWithSecret) => void }) {
  const [form, setForm] = useState(blank);
  const create = useCreateToken();
  const { form: ref, faults, setFaults } = useFieldFaults(create.error, fields);
  const set = (members: Partial<typeof blank>) => setForm((before) => ({ ...before, ...members }));

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const parsed = createTokenRequestShape.safeParse(requestOf(form));
    create.reset();
    if (!parsed.success) return setFaults(faultsOfShape(parsed.error.issues));
    setFaults({});
    create.mutate(parsed.data, {
      onSuccess: (made) => {
        setForm(blank);
        create.reset();
        onSecret(made);
      },
    });
  };

  return (
    <form ref={ref} className={classes.form} onSubmit={submit} noValidate>
      {create.isError ? <ErrorNotice error={create.error} fields={fields} /> : null}
      <TextInput
        label="Name"
        description="Stands in every vote of the bot"
        value={form.name}
        error={faults["name"]}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <Checkbox.Group
        label="Scopes"
        value={form.scopes}
        error={faults["scopes"]}
        onChange={(scopes) => set({ scopes: scopes })}
      >
        <div className={classes.scopes}>
          {Object.entries(scopeTexts).map(([scope, text]) => (
            <Checkbox
              classNames={{ input: classes.box }}
              key={scope}
              value={scope}
              label={
                <>
                  <strong>{scope}</strong> {text}
                </>
              }
            />
          ))}
        </div>
      </Checkbox.Group>
      <div className={classes.pair}>
        <Textarea
          label="Activities"
          description="Names or ARNs, one a line, * for anything; all if empty"
          rows={2}
          value={form.activities}
          error={faults["activities"]}
          onChange={(event) => set({ activities: event.currentTarget.value })}
        />
        <Textarea
          label="Repositories"
          description="Like acme/*, one a line; all if empty"
          rows={2}
          value={form.repositories}
          error={faults["repositories"]}
          onChange={(event) => set({ repositories: event.currentTarget.value })}
        />
        <NativeSelect
          label="Verdict"
          data={verdictTexts}
          value={form.verdict}
          error={faults["verdict"]}
          onChange={(event) => set({ verdict: event.currentTarget.value })}
        />
        <NativeSelect
          label="Ends"
          data={ends}
          value={form.end}
          error={faults["expiresInSeconds"]}
          onChange={(event) => set({ end: event.currentTarget.value })}
        />
      </div>
      <div>
        <Button type="submit" loading={create.isPending}>
          Make token
        </Button>
      </div>
    </form>
  );
}

function requestOf({ name, scopes, activities, repositories, verdict, end }: typeof blank) {
  const [ofActivities, ofRepositories] = [linesOf(activities), linesOf(repositories)];
  return {
    name: name.trim(),
    scopes,
    ...(ofActivities.length === 0 ? {} : { activities: ofActivities }),
    ...(ofRepositories.length === 0 ? {} : { repositories: ofRepositories }),
    ...(verdict === "" ? {} : { verdict }),
    ...(end === "" ? {} : { expiresInSeconds: Number(end) }),
  };
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
