import { Tabs } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";
import { ApprovalList } from "../components/approval-list.tsx";
import { BeatsAtRisk } from "../components/beats-at-risk.tsx";
import { SearchField } from "../components/search-field.tsx";
import { TitledPage } from "../components/titled-page.tsx";
import { UnclaimedGates } from "../components/unclaimed-gates.tsx";
import { statusLabel } from "../lib/labels.ts";
import { type Tab, inboxSearch, searchMaxCharacters, tabs } from "../lib/inbox-search.ts";
import classes from "./inbox-page.module.css";

const route = getRouteApi("/frame/");

export function InboxPage() {
  const { tab = "pending", q = "" } = route.useSearch();
  const navigate = route.useNavigate();
  const show = (next: string | null) => void navigate({ search: inboxSearch({ tab: next, q }) });
  const search = useCallback(
    (next: string) =>
      void navigate({ search: (before) => inboxSearch({ ...before, q: next }), replace: true }),
    [navigate],
  );
  return (
    <TitledPage
      title="Inbox"
      beside={
        <div className={classes.search}>
          <SearchField
            label="Search approvals"
            placeholder="Title, repository, commit, requester"
            maxCharacters={searchMaxCharacters}
            q={q}
            onSearch={search}
          />
        </div>
      }
    >
      <BeatsAtRisk />
      <UnclaimedGates />
      <Tabs
        classNames={{ list: classes.tabs, tab: classes.tab, panel: classes.panel }}
        value={tab}
        onChange={show}
      >
        <Tabs.List aria-label="Approvals by status">
          {tabs.map((known) => (
            <Tabs.Tab key={known} value={known}>
              {labelOf(known)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab}>
          <ApprovalList tab={tab} q={q} onClear={() => search("")} />
        </Tabs.Panel>
      </Tabs>
    </TitledPage>
  );
}

function labelOf(tab: Tab): string {
  return tab === "all" ? "All" : statusLabel[tab];
}
