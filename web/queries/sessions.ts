import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { endSession, endSessionsOf, getSignInMethods, listSessions } from "../api/sessions.ts";

/** `person` is an id, or `me`. */
export function sessionsQuery(person: string) {
  return queryOptions({
    queryKey: ["sessions", person],
    queryFn: ({ signal }) => listSessions(person, signal),
  });
}

export function useEndSession() {
  return useMutation({ mutationFn: endSession, onSettled: useLookAgain() });
}

export function useEndSessionsOf(person: string) {
  return useMutation({ mutationFn: () => endSessionsOf(person), onSettled: useLookAgain() });
}

/** Changes only with the configuration, so with a restart. */
export const signInMethodsQuery = queryOptions({
  queryKey: ["sign-in"],
  queryFn: ({ signal }) => getSignInMethods(signal),
  staleTime: Infinity,
});

function useLookAgain() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ["sessions"] });
}
