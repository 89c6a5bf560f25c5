import type { UseQueryResult } from "@tanstack/react-query";
import { ErrorNotice } from "./error-notice.tsx";

type Query = Pick<UseQueryResult, "error" | "isFetching" | "refetch">;

/** Why a list could not be read, with a way to try again; nothing while all is well. */
export function LoadTrouble({ query: { error, isFetching, refetch } }: { query: Query }) {
  if (error === null) return null;
  return <ErrorNotice error={error} alwaysRetry retrying={isFetching} onRetry={() => void refetch()} />;
}
