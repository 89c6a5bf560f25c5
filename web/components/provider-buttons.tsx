import { Button } from "@mantine/core";
import { beginProviderSignIn } from "../api/session.ts";
import { useMutation } from "@tanstack/react-query";
import type { SignInMethods } from "../../src/contract/session.ts";
import { visibleText } from "../lib/visible-text.ts";
import { ErrorNotice } from "./error-notice.tsx";

interface Props {
  providers: SignInMethods["providers"];
  /** The page to come back to. */
  to: string;
  /** The only way in: then it is what the page offers first. */
  isOnlyWay: boolean;
}

/** Leads to an identity provider, which sends the browser back to us. */
export function ProviderButtons({ providers, to, isOnlyWay }: Props) {
  const begin = useMutation({
    mutationFn: (provider: string) => beginProviderSignIn(provider, to),
    onSuccess: (url) => window.location.assign(url),
  });
  return (
    <>
      {providers.map(({ id, label }) => (
        <Button
          key={id}
          size="md"
          fullWidth
          variant={isOnlyWay ? "filled" : "default"}
          loading={begin.variables === id && (begin.isPending || begin.isSuccess)}
          onClick={() => begin.mutate(id)}
        >
          {visibleText(label)}
        </Button>
      ))}
      {begin.isError ? <ErrorNotice error={begin.error} /> : null}
    </>
  );
}
