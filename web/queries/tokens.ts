import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { createToken, listTokens, revokeToken, rotateToken } from "../api/tokens.ts";

export const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: ({ signal }) => listTokens(signal),
});

/** A secret that was shown is not to stay in memory: `gcTime: 0`. */
export function useCreateToken() {
  return useMutation({ mutationFn: createToken, gcTime: 0, onSettled: useLookAgain() });
}

export function useRotateToken(id: string) {
  return useMutation({
    mutationFn: (overlapSeconds: number) => rotateToken(id, overlapSeconds),
    gcTime: 0,
    onSettled: useLookAgain(),
  });
}

export function useRevokeToken(id: string) {
  return useMutation({ mutationFn: () => revokeToken(id), onSettled: useLookAgain() });
}

function useLookAgain() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: tokensQuery.queryKey });
}
