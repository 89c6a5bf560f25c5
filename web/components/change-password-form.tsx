import { Button, PasswordInput } from "@mantine/core";
import { type SubmitEvent, useState } from "react";
import { changePasswordRequestShape } from "../../src/contract/session.ts";
import { faultsOfShape } from "../lib/field-faults.ts";
import { useChangePassword } from "../queries/me.ts";
import classes from "./change-password-form.module.css";
import { ErrorNotice } from "./error-notice.tsx";
import { useFieldFaults } from "./use-field-faults.ts";

const blank = { currentPassword: "", newPassword: "", again: "" };
type Fields = typeof blank;
/** Those that show their own faults. */
const fields = Object.keys(blank);

/** Of one's own account; the other sessions end with the old password. */
export function ChangePasswordForm() {
  const [form, setForm] = useState(blank);
  const [isDone, setIsDone] = useState(false);
  const change = useChangePassword();
  const { form: ref, faults, setFaults } = useFieldFaults(change.error, fields);

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setIsDone(false);
    change.reset();
    const { currentPassword, newPassword, again } = form;
    if (currentPassword === "") return setFaults({ currentPassword: "It is empty." });
    const parsed = changePasswordRequestShape.safeParse({ currentPassword, newPassword });
    if (!parsed.success) return setFaults(faultsOfShape(parsed.error.issues));
    if (again !== newPassword) return setFaults({ again: "This is not the same as above." });
    setFaults({});
    change.mutate(parsed.data, {
      onSuccess: () => {
        setForm(blank);
        setIsDone(true);
      },
    });
  };
  const field = (name: keyof Fields, label: string, autoComplete: string) => (
    <PasswordInput
      label={label}
      autoComplete={autoComplete}
      value={form[name]}
      error={faults[name]}
      onChange={(event) => setForm({ ...form, [name]: event.currentTarget.value })}
    />
  );

  return (
    <form ref={ref} className={classes.form} onSubmit={submit} noValidate>
      {field("currentPassword", "Password that you have", "current-password")}
      {field("newPassword", "New password", "new-password")}
      {field("again", "New password again", "new-password")}
      {change.isError ? <ErrorNotice error={change.error} fields={fields} /> : null}
      <div>
        <Button type="submit" loading={change.isPending}>
          Change password
        </Button>
      </div>
      <p role="status">{isDone ? "The password is changed. Other sessions have ended." : ""}</p>
    </form>
  );
}
