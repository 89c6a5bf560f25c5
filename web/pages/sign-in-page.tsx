import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { type SubmitEvent, useState } from "react";
import { SignInRefused } from "../api/errors.ts";
import { ColourSchemeButton } from "../components/colour-scheme-button.tsx";
import { ErrorNotice } from "../components/error-notice.tsx";
import { Mark } from "../components/mark.tsx";
import { Notice } from "../components/notice.tsx";
import { ProviderButtons } from "../components/provider-buttons.tsx";
import { returnTo } from "../lib/return-to.ts";
import { signInRefusal } from "../lib/sign-in-refusal.ts";
import { useSignIn } from "../queries/me.ts";
import { signInMethodsQuery } from "../queries/sessions.ts";
import classes from "./sign-in-page.module.css";

const route = getRouteApi("/sign-in");

export function SignInPage() {
  const { to, error } = route.useSearch();
  const methods = useQuery(signInMethodsQuery);
  // Without an answer the form is worth a try; while it is on its way, nothing is shown that would go away again.
  const withPassword = methods.data?.password ?? methods.isError;
  const providers = methods.data?.providers ?? [];
  const back = returnTo(to, window.location.origin);

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
        <div className={classes.ways}>
          {error === undefined ? null : <Notice tone="bad" alert title={signInRefusal(error)} />}
          {providers.length === 0 ? null : (
            <ProviderButtons providers={providers} to={back} isOnlyWay={!withPassword} />
          )}
          {providers.length > 0 && withPassword ? <p className={classes.or}>or with a password</p> : null}
          {withPassword ? <PasswordForm to={back} takesFocus={providers.length === 0} /> : null}
        </div>
        {withPassword && providers.length === 0 ? (
          <p className={classes.hint}>
            First start? The address and a one-time password stand in the terminal where Countersign was
            started.
          </p>
        ) : null}
      </div>
    </main>
  );
}

function PasswordForm({ to, takesFocus }: { to: string; takesFocus: boolean }) {
  const router = useRouter();
  const signIn = useSignIn();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    signIn.mutate({ email: email.trim(), password }, { onSuccess: () => router.history.push(to) });
  };

  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput
        label="E-mail"
        type="email"
        size="md"
        required
        withAsterisk={false}
        autoFocus={takesFocus}
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
  );
}
