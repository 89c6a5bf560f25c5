import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { changePassword, getMe } from "../api/me.ts";
import { signIn, signOut } from "../api/session.ts";
import { forgetAnswers } from "./forget-answers.ts";

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => getMe(signal),
  staleTime: 60_000,
});

export function useMe() {
  return useQuery(meQuery).data ?? null;
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ email, password }: { email: string; password: string }) => signIn(email, password),
    onSuccess: () => forgetAnswers(client),
  });
}

export function useSignOut() {
  return useMutation({ mutationFn: signOut });
}

export function useChangePassword() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: changePassword,
    onSuccess: () =>
      Promise.all([meQuery.queryKey, ["sessions"]].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}
