import { Button, Textarea } from "@mantine/core";
import { type SubmitEvent, useState } from "react";
import { identitiesShape, type PersonView } from "../../src/contract/person.ts";
import { faultsOfShape } from "../lib/field-faults.ts";
import { useSetIdentities } from "../queries/people.ts";
import { ErrorNotice } from "./error-notice.tsx";
import classes from "./person-row.module.css";
import { useFieldFaults } from "./use-field-faults.ts";

/** Those that show their own faults. */
const fields = ["emails", "logins"];

interface Props {
  person: PersonView;
  isOneself: boolean;
}

/** How commits and forges know a person. Nobody changes their own: the server refuses it, too. */
export function IdentitiesForm({ person, isOneself }: Props) {
  if (isOneself)
    return (
      <p>
        Your own identities say which commits you may not approve, so you do not change them yourself. Another
        administrator can, or <code>countersign users identities</code> on the command line.
      </p>
    );
  return <OthersIdentities person={person} />;
}

function OthersIdentities({ person }: Pick<Props, "person">) {
  const [emails, setEmails] = useState(person.identities.emails.join("\n"));
  const [logins, setLogins] = useState(person.identities.logins.join("\n"));
  const set = useSetIdentities(person.id);
  const { form, faults, setFaults } = useFieldFaults(set.error, fields);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const parsed = identitiesShape.safeParse({ emails: linesOf(emails), logins: linesOf(logins) });
    set.reset();
    if (!parsed.success) return setFaults(faultsOfShape(parsed.error.issues));
    setFaults({});
    set.mutate(parsed.data);
  };
  return (
    <form ref={form} className={classes.form} onSubmit={submit} noValidate>
      {set.isError ? <ErrorNotice error={set.error} fields={fields} /> : null}
      <Textarea
        label="Addresses in commits"
        description={`One a line; ${person.email} counts always`}
        rows={3}
        value={emails}
        error={faults["emails"]}
        onChange={(event) => setEmails(event.currentTarget.value)}
      />
      <Textarea
        label="Accounts at GitHub and other forges"
        description="One a line"
        rows={2}
        value={logins}
        error={faults["logins"]}
        onChange={(event) => setLogins(event.currentTarget.value)}
      />
      <div className={classes.inline}>
        <Button type="submit" loading={set.isPending}>
          Save identities
        </Button>
        <span role="status">{set.isSuccess ? "Saved." : ""}</span>
      </div>
    </form>
  );
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
