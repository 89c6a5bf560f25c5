import { useQuery } from "@tanstack/react-query";
import { getUnclaimedGates } from "../api/unclaimed-gates.ts";

/** Null until they are known. */
export function useUnclaimedGates() {
  const queryFn = ({ signal }: { signal: AbortSignal }) => getUnclaimedGates(signal);
  const query = { queryKey: ["unclaimed-gates"], queryFn };
  return useQuery({ ...query, refetchInterval: 30_000, staleTime: 10_000 }).data ?? null;
}
