import { Button } from "@mantine/core";
import type { Tab } from "../lib/inbox-search.ts";
import { Message } from "./message.tsx";

const titles: Record<Tab, string> = {
  pending: "Nothing waits for you",
  approved: "Nothing was approved yet",
  rejected: "Nothing was rejected yet",
  lapsed: "Nothing has lapsed",
  all: "No approvals yet",
};

export function EmptyInbox({ tab, q, onClear }: { tab: Tab; q: string; onClear: () => void }) {
  if (q !== "")
    return (
      <Message
        level={2}
        title="Nothing matches"
        action={
          <Button variant="default" onClick={onClear}>
            Clear the search
          </Button>
        }
      >
        <p>
          Nothing {tab === "all" ? "" : `${tab} `}has “<bdi>{q}</bdi>” in its title, repository, ref or
          requester, or as the beginning of its commit.
        </p>
      </Message>
    );
  return (
    <Message level={2} title={titles[tab]}>
      {tab === "pending" || tab === "all" ? (
        <p>
          An approval appears here by itself as soon as an execution reaches an activity that Countersign
          polls: push to a repository that has a trigger, or start the state machine yourself.
        </p>
      ) : tab === "lapsed" ? (
        <p>
          Approvals come here when Step Functions stops waiting before anybody decides: a deadline passes, or
          the execution is stopped.
        </p>
      ) : (
        <p>Decisions are kept here, with who made them, when and why.</p>
      )}
    </Message>
  );
}
