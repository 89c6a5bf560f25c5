import { Button, PasswordInput } from "@mantine/core";
import { type SubmitEvent, useState } from "react";
import { changePasswordRequestShape } from "../../src/contract/session.ts";
import { ApiProblem } from "../api/errors.ts";
import { useChangePassword } from "../queries/me.ts";
import classes from "./change-password-form.module.css";
import { ErrorNotice } from "./error-notice.tsx";

const blank = { currentPassword: "", newPassword: "", again: "" };
type Fields = typeof blank;

/** Of one's own account; the other sessions end with the old password. */
export function ChangePasswordForm() {
  const [form, setForm] = useState(blank);
  const [faults, setFaults] = useState<Partial<Fields>>({});
  const [isDone, setIsDone] = useState(false);
  const change = useChangePassword();

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setIsDone(false);
    const { currentPassword, newPassword, again } = form;
    if (currentPassword === "") return setFaults({ currentPassword: "It is empty." });
    const parsed = changePasswordRequestShape.safeParse({ currentPassword, newPassword });
    if (!parsed.success)
      return setFaults(
        Object.fromEntries(
          parsed.error.issues.map(({ path, message }) => [String(path[0]), `It ${message}.`]),
        ),
      );
    if (again !== newPassword) return setFaults({ again: "This is not the same as above." });
    setFaults({});
    change.mutate(parsed.data, {
      onSuccess: () => {
        setForm(blank);
        setIsDone(true);
      },
      onError: (error) => {
        if (error instanceof ApiProblem) setFaults(faultsIn(error));
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
    <form className={classes.form} onSubmit={submit} noValidate>
      {field("currentPassword", "Password that you have", "current-password")}
      {field("newPassword", "New password", "new-password")}
      {field("again", "New password again", "new-password")}
      {change.isError && Object.keys(faults).length === 0 ? <ErrorNotice error={change.error} /> : null}
      <div>
        <Button type="submit" loading={change.isPending}>
          Change password
        </Button>
      </div>
      <p role="status">{isDone ? "The password is changed. Other sessions have ended." : ""}</p>
    </form>
  );
}

function faultsIn(error: ApiProblem): Partial<Fields> {
  const faults = error.problem.errors ?? [];
  return Object.fromEntries(faults.map(({ field, message }) => [field, `It ${message}.`]));
}
