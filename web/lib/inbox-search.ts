import { approvalStatuses } from "../../src/contract/approval.ts";

export const tabs = [...approvalStatuses, "all"] as const;
export type Tab = (typeof tabs)[number];

export interface InboxSearch {
  /** Absent: pending. */
  tab?: Tab;
  q?: string;
}

/** The contract's limit for `q`. */
export const searchMaxCharacters = 200;

/** Whatever stands in the address becomes something that the inbox can show. */
export function inboxSearch(search: Record<string, unknown>): InboxSearch {
  const tab = tabs.find((known) => known === search["tab"]);
  const q = typeof search["q"] === "string" ? search["q"].slice(0, searchMaxCharacters) : "";
  return { ...(tab === undefined || tab === "pending" ? {} : { tab }), ...(q === "" ? {} : { q }) };
}
