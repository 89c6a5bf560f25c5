import type { QueryClient } from "@tanstack/react-query";
import { signInMethodsQuery } from "./sessions.ts";

/** Whatever was read as somebody else, or as nobody, is no longer true. How people may sign in is the same for everybody. */
export function forgetAnswers(client: QueryClient): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== signInMethodsQuery.queryKey[0] });
  client.getMutationCache().clear();
}
