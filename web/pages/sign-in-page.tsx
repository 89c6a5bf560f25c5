import { Button, PasswordInput, TextInput } from "@mantine/core";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { type SubmitEvent, useState } from "react";
import { SignInRefused } from "../api/errors.ts";
import { ColourSchemeButton } from "../components/colour-scheme-button.tsx";
import { ErrorNotice } from "../components/error-notice.tsx";
import { Mark } from "../components/mark.tsx";
import { Notice } from "../components/notice.tsx";
import { returnTo } from "../lib/return-to.ts";
import { useSignIn } from "../queries/me.ts";
import classes from "./sign-in-page.module.css";

const route = getRouteApi("/sign-in");

export function SignInPage() {
  const { to } = route.useSearch();
  const router = useRouter();
  const signIn = useSignIn();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    signIn.mutate(
      { email: email.trim(), password },
      { onSuccess: () => router.history.push(returnTo(to, window.location.origin)) },
    );
  };

  return (
    <main className={classes.page}>
      <title>Sign in · Countersign</title>
      <div className={classes.scheme}>
        <ColourSchemeButton />
      </div>
      <div className={classes.card}>
        <div className={classes.brand}>
          <Mark size={46} />
          <h1 className={classes.title}>Countersign</h1>
          <p className={classes.claim}>Nothing goes out that nobody signed.</p>
        </div>
        <form className={classes.form} onSubmit={submit}>
          <TextInput
            label="E-mail"
            type="email"
            size="md"
            required
            withAsterisk={false}
            autoFocus
            autoComplete="username"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            size="md"
            required
            withAsterisk={false}
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {signIn.error instanceof SignInRefused ? (
            <Notice tone="bad" alert title={signIn.error.message} />
          ) : signIn.isError ? (
            <ErrorNotice error={signIn.error} />
          ) : null}
          <Button type="submit" size="md" fullWidth loading={signIn.isPending}>
            Sign in
          </Button>
        </form>
        <p className={classes.hint}>
          First start? The address and a one-time password stand in the terminal where Countersign was
          started.
        </p>
      </div>
    </main>
  );
}
