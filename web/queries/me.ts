import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { choosePassword, getMe } from "../api/me.ts";
import { signIn, signOut } from "../api/session.ts";

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
    // Whatever was read as somebody else, or as nobody, is no longer true.
    onSuccess: () => {
      client.clear();
    },
  });
}

export function useSignOut() {
  return useMutation({ mutationFn: signOut });
}

export function useChoosePassword() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: choosePassword,
    onSuccess: () => client.invalidateQueries({ queryKey: meQuery.queryKey }),
  });
}
