import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type ApprovalFilter, getApproval, listApprovals } from "../api/approvals.ts";

const inboxEveryMs = 3000;
const detailEveryMs = 3000;
/** While the answer is under way somebody is watching it. */
const deliveryEveryMs = 500;

export const approvalsKey = ["approvals"] as const;

export function approvalsQuery(filter: Omit<ApprovalFilter, "cursor">) {
  return infiniteQueryOptions({
    queryKey: [...approvalsKey, filter],
    queryFn: ({ pageParam, signal }) =>
      listApprovals({ ...filter, ...(pageParam === null ? {} : { cursor: pageParam }) }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    // Every loaded page is asked again, one after the other: who has opened many pages is served less often.
    refetchInterval: (query) => inboxEveryMs * Math.max(1, query.state.data?.pages.length ?? 1),
  });
}

export function approvalQuery(id: string) {
  return queryOptions({
    queryKey: ["approval", id] as const,
    queryFn: ({ signal }) => getApproval(id, signal),
    refetchInterval: (query) => {
      const delivery = query.state.data?.delivery;
      return delivery === "recorded" || delivery === "sent" ? deliveryEveryMs : detailEveryMs;
    },
  });
}
