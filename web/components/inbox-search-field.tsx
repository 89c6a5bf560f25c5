import { CloseButton, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { searchMaxCharacters } from "../lib/inbox-search.ts";

const pauseMs = 250;

/** The search field. What is typed reaches the address after a pause; what changes in the address (back, forward) reaches the field. */
export function InboxSearchField({ q, onSearch }: { q: string; onSearch: (q: string) => void }) {
  const [text, setText] = useState(q);
  const [known, setKnown] = useState(q);
  if (known !== q) {
    setKnown(q);
    if (text.trim() !== q) setText(q);
  }

  useEffect(() => {
    const wanted = text.trim();
    if (wanted === q) return;
    const timer = setTimeout(() => onSearch(wanted), pauseMs);
    return () => clearTimeout(timer);
  }, [text, q, onSearch]);

  return (
    <TextInput
      type="search"
      aria-label="Search approvals"
      placeholder="Title, repository, commit, requester"
      maxLength={searchMaxCharacters}
      leftSection={<IconSearch size={17} stroke={1.8} aria-hidden="true" />}
      rightSection={
        text === "" ? null : (
          <CloseButton size="sm" aria-label="Clear the search" onClick={() => setText("")} />
        )
      }
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  );
}
