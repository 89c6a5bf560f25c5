import { Button, NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type PersonView, roleShape } from "../../src/contract/person.ts";
import { roleChoices } from "../lib/roles.ts";
import { visibleText } from "../lib/visible-text.ts";
import { tokensQuery } from "../queries/tokens.ts";
import { useMe } from "../queries/me.ts";
import { useChangePerson, useResetPassword } from "../queries/people.ts";
import { Age } from "./age.tsx";
import { ConfirmAction } from "./confirm-action.tsx";
import { ErrorNotice } from "./error-notice.tsx";
import { Facts } from "./facts.tsx";
import { IdentitiesForm } from "./identities-form.tsx";
import classes from "./person-row.module.css";
import { SessionList } from "./session-list.tsx";
import type { OneTime } from "./shown-password.tsx";

interface Props {
  person: PersonView;
  onPassword: (made: OneTime) => void;
}

/** What an administrator may see and change of one person. */
export function PersonDetails({ person, onPassword }: Props) {
  const [asked, setAsked] = useState<"password" | "deactivate" | "identities" | "sessions" | null>(null);
  const change = useChangePerson(person.id);
  const me = useMe();
  const toggle = (what: typeof asked) => setAsked(asked === what ? null : what);
  return (
    <div className={classes.more}>
      <Facts facts={factsOf(person)} />
      {change.isError ? <ErrorNotice error={change.error} /> : null}
      <RoleForm key={person.role} person={person} />
      <div className={classes.buttons}>
        <Button variant="default" size="xs" onClick={() => toggle("identities")}>
          Identities
        </Button>
        <Button variant="default" size="xs" onClick={() => toggle("sessions")}>
          Sessions
        </Button>
        <Button variant="default" size="xs" onClick={() => toggle("password")}>
          Reset password
        </Button>
        {person.isActive ? (
          <Button variant="default" size="xs" onClick={() => toggle("deactivate")}>
            Deactivate
          </Button>
        ) : (
          <Button
            variant="default"
            size="xs"
            loading={change.isPending}
            onClick={() => change.mutate({ isActive: true })}
          >
            Activate
          </Button>
        )}
      </div>
      {asked === "identities" ? (
        <IdentitiesForm
          key={JSON.stringify(person.identities)}
          person={person}
          isOneself={me?.id === person.id}
        />
      ) : asked === "sessions" ? (
        <SessionList person={person.id} />
      ) : asked === "password" ? (
        <ResetPassword person={person} onBack={() => setAsked(null)} onPassword={onPassword} />
      ) : asked === "deactivate" && person.isActive ? (
        <ConfirmAction
          ask={`Deactivate ${visibleText(person.name)}?`}
          confirm="Confirm deactivation"
          color="wax"
          sending={change.isPending}
          onConfirm={() => change.mutate({ isActive: false }, { onSettled: () => setAsked(null) })}
          onBack={() => setAsked(null)}
        >
          <p>
            Every session ends at once, and no other can be opened. Decisions stay; votes on what is undecided
            count no more.
          </p>
          <StoppingBots personId={person.id} />
        </ConfirmAction>
      ) : null}
    </div>
  );
}

/** Bots whose secret was shown to this person. */
function StoppingBots({ personId }: { personId: string }) {
  const tokens = useQuery(tokensQuery).data?.items ?? [];
  const theirs = tokens.filter(({ secrets }) => secrets.some(({ holder }) => holder?.id === personId));
  if (theirs.length === 0) return null;
  return (
    <p>
      The secrets of these bots that were shown to them stop, too:{" "}
      {visibleText(theirs.map(({ name }) => name).join(", "))}. Rotate a bot to hand it over.
    </p>
  );
}

function RoleForm({ person }: { person: PersonView }) {
  const [role, setRole] = useState<string>(person.role);
  const change = useChangePerson(person.id);
  return (
    <>
      {change.isError ? <ErrorNotice error={change.error} /> : null}
      <form
        className={classes.inline}
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate({ role: roleShape.parse(role) });
        }}
      >
        <NativeSelect
          label="Role"
          data={roleChoices}
          value={role}
          onChange={(event) => setRole(event.currentTarget.value)}
        />
        <Button type="submit" disabled={role === person.role} loading={change.isPending}>
          Save role
        </Button>
      </form>
    </>
  );
}

function ResetPassword({ person, onBack, onPassword }: Props & { onBack: () => void }) {
  const reset = useResetPassword(person.id);
  return (
    <>
      {reset.isError ? <ErrorNotice error={reset.error} /> : null}
      <ConfirmAction
        ask={`Reset the password of ${visibleText(person.name)}?`}
        confirm="Make one-time password"
        color="ink"
        sending={reset.isPending}
        onConfirm={() =>
          reset.mutate(undefined, {
            onSuccess: (made) => {
              onBack();
              onPassword(made);
            },
          })
        }
        onBack={onBack}
      >
        <p>The password that they have opens nothing any more, and every session ends at once.</p>
      </ConfirmAction>
    </>
  );
}

function factsOf({ identities, signsInWith, lastSignedInAt, createdAt, mustChoosePassword }: PersonView) {
  const listed = (values: readonly string[]) => (values.length === 0 ? null : visibleText(values.join(", ")));
  return [
    { name: "Signs in with", value: listed(signsInWith) ?? "Nothing yet" },
    { name: "Password", value: mustChoosePassword ? "One-time, no other chosen yet" : null },
    { name: "Commits as", value: listed(identities.emails) },
    { name: "Accounts at forges", value: listed(identities.logins) },
    { name: "Signed in", value: lastSignedInAt === null ? "Never" : <Age at={lastSignedInAt} /> },
    { name: "Made", value: <Age at={createdAt} /> },
  ];
}
