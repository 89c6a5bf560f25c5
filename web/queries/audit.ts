import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";
import { type AuditFilter, listAuditEvents } from "../api/audit.ts";

/** `version` changes when there may be more to tell. */
export function auditQuery(filter: Omit<AuditFilter, "cursor">, version: string) {
  return infiniteQueryOptions({
    queryKey: ["audit", filter, version] as const,
    queryFn: ({ pageParam, signal }) =>
      listAuditEvents({ ...filter, ...(pageParam === null ? {} : { cursor: pageParam }) }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });
}
