import { useQuery } from "@tanstack/react-query";
import { getStatus } from "../api/status.ts";

/** Null until it is known. */
export function useStatus() {
  const query = { queryKey: ["status"], queryFn: ({ signal }: { signal: AbortSignal }) => getStatus(signal) };
  return useQuery({ ...query, refetchInterval: 30_000, staleTime: 10_000 }).data ?? null;
}
