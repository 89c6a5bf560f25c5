import { ChangePasswordForm } from "../components/change-password-form.tsx";
import { Facts } from "../components/facts.tsx";
import { Section } from "../components/section.tsx";
import { Sheet, TitledPage } from "../components/titled-page.tsx";
import { SessionList } from "../components/session-list.tsx";
import { visibleText } from "../lib/visible-text.ts";
import { useMe } from "../queries/me.ts";
import classes from "./people-page.module.css";

/** One's own: who one is here, the password, and where one is signed in. */
export function AccountPage() {
  const me = useMe();
  if (me === null) return null;
  const { name, email, role, teams, identities, hasPassword, mustChoosePassword } = me;
  const listed = (values: readonly string[] | undefined | null) =>
    values === undefined || values === null || values.length === 0 ? "None" : visibleText(values.join(", "));
  return (
    <TitledPage title="Your account">
      <Sheet>
        <Section title="You">
          <Facts
            facts={[
              { name: "Name", value: <bdi>{visibleText(name)}</bdi> },
              { name: "E-mail", value: email === null ? null : visibleText(email) },
              { name: "Role", value: role },
              { name: "Teams", value: listed(teams) },
              { name: "Commits as", value: listed(identities?.emails) },
              { name: "Accounts at forges", value: listed(identities?.logins) },
            ]}
          />
          <p className={classes.note}>
            A policy may keep whoever wrote a commit from approving it: these addresses and accounts say which
            commits are yours. An administrator changes them.
          </p>
        </Section>
        {hasPassword && !mustChoosePassword ? (
          <Section title="Password">
            <ChangePasswordForm />
          </Section>
        ) : null}
        <Section title="Sessions">
          <SessionList person="me" />
        </Section>
      </Sheet>
    </TitledPage>
  );
}
