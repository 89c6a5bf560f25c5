import { Button, PasswordInput } from "@mantine/core";
import { type SubmitEvent, useState } from "react";
import { changePasswordRequestShape } from "../../src/contract/session.ts";
import { faultsOfShape } from "../lib/field-faults.ts";
import { useChangePassword } from "../queries/me.ts";
import classes from "./choose-password-panel.module.css";
import { ErrorNotice } from "./error-notice.tsx";
import { useFieldFaults } from "./use-field-faults.ts";

/** Those that show their own faults. */
const fields = ["newPassword", "again"];

/** Shown until it is done, or put off until the page is loaded again. */
export function ChoosePasswordPanel() {
  const [later, setLater] = useState(false);
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const choose = useChangePassword();
  const { form, faults, setFaults } = useFieldFaults(choose.error, fields);
  if (later) return null;

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const parsed = changePasswordRequestShape.safeParse({ newPassword: password });
    choose.reset();
    if (!parsed.success) return setFaults(faultsOfShape(parsed.error.issues));
    if (again !== password) return setFaults({ again: "This is not the same as above." });
    setFaults({});
    choose.mutate({ newPassword: password });
  };

  return (
    <section className={classes.panel} aria-labelledby="choose-password">
      <div className={classes.text}>
        <h2 id="choose-password" className={classes.title}>
          Choose a password
        </h2>
        <p>
          The one-time password that you signed in with is used up: it will not let you in again. Choose your
          own now, with at least 12 characters.
        </p>
      </div>
      <form ref={form} className={classes.form} onSubmit={submit} noValidate>
        <PasswordInput
          label="New password"
          autoComplete="new-password"
          value={password}
          error={faults["newPassword"]}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <PasswordInput
          label="New password again"
          autoComplete="new-password"
          value={again}
          error={faults["again"]}
          onChange={(event) => setAgain(event.currentTarget.value)}
        />
        <div className={classes.buttons}>
          <Button type="submit" loading={choose.isPending}>
            Save password
          </Button>
          <Button variant="subtle" onClick={() => setLater(true)}>
            Later
          </Button>
        </div>
      </form>
      {choose.isError ? <ErrorNotice error={choose.error} fields={fields} /> : null}
    </section>
  );
}
