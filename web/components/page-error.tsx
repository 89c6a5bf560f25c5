import { useRouter } from "@tanstack/react-router";
import { ApiProblem, NetworkError, UnexpectedReply } from "../api/errors.ts";
import { CrashNotice } from "./crash-notice.tsx";
import { ErrorNotice } from "./error-notice.tsx";
import classes from "./page-error.module.css";

/** When not even the frame can be shown: the server is away, or a page broke. */
export function PageError({ error }: { error: unknown }) {
  const router = useRouter();
  const fromServer =
    error instanceof NetworkError || error instanceof ApiProblem || error instanceof UnexpectedReply;
  if (!fromServer) return <CrashNotice error={error} />;
  return (
    <main className={classes.page}>
      <h1 className={classes.title}>Countersign</h1>
      <ErrorNotice error={error} alwaysRetry onRetry={() => void router.invalidate()} />
    </main>
  );
}
