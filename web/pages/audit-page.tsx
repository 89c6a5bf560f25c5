import { NativeSelect, TextInput } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";
import { AuditList } from "../components/audit-list.tsx";
import { SearchField } from "../components/search-field.tsx";
import { Section } from "../components/section.tsx";
import { Sheet, TitledPage } from "../components/titled-page.tsx";
import {
  auditFilter,
  auditSearch,
  type AuditSearch,
  auditTextMaxCharacters,
  auditTypes,
} from "../lib/audit-search.ts";
import classes from "./audit-page.module.css";

const route = getRouteApi("/frame/audit");

export function AuditPage() {
  const asked = route.useSearch();
  const { q = "", type = "", actor = "", from = "", to = "" } = asked;
  const navigate = route.useNavigate();
  const search = useCallback(
    (next: string) =>
      void navigate({ search: (before) => auditSearch({ ...before, q: next }), replace: true }),
    [navigate],
  );
  const actedBy = useCallback(
    (next: string) =>
      void navigate({ search: (before) => auditSearch({ ...before, actor: next }), replace: true }),
    [navigate],
  );
  const set = (days: Pick<AuditSearch, "from" | "to">) =>
    void navigate({ search: (before) => auditSearch({ ...before, ...days }), replace: true });
  const choose = (next: string) =>
    void navigate({ search: (before) => auditSearch({ ...before, type: next }) });
  const types = type === "" || auditTypes.includes(type) ? auditTypes : [type, ...auditTypes];
  return (
    <TitledPage title="Audit trail" tabTitle="Audit">
      <div className={classes.search}>
        <SearchField
          label="Search the audit trail"
          placeholder="Name, commit, decision, comment"
          maxCharacters={auditTextMaxCharacters}
          q={q}
          onSearch={search}
        />
        <NativeSelect
          aria-label="Kind of event"
          data={[{ value: "", label: "Every kind of event" }, ...types]}
          value={type}
          onChange={(event) => choose(event.currentTarget.value)}
        />
        <SearchField
          label="Who did it"
          placeholder="Who did it: whole name"
          maxCharacters={auditTextMaxCharacters}
          q={actor}
          onSearch={actedBy}
        />
        <DayField label="From this day on, UTC" side="From" day={from} onDay={(day) => set({ from: day })} />
        <DayField
          label="Until this day, UTC, included"
          side="To"
          day={to}
          onDay={(day) => set({ to: day })}
        />
      </div>
      <Sheet>
        <Section title="Events">
          <AuditList filter={auditFilter(asked)} />
        </Section>
      </Sheet>
    </TitledPage>
  );
}

interface DayFieldProps {
  label: string;
  side: string;
  day: string | undefined;
  onDay(day: string): void;
}

function DayField({ label, side, day, onDay }: DayFieldProps) {
  return (
    <TextInput
      type="date"
      aria-label={label}
      leftSection={side}
      leftSectionWidth="3.4rem"
      value={day}
      onChange={(event) => onDay(event.currentTarget.value)}
    />
  );
}
