import { Select } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";
import { AuditList } from "../components/audit-list.tsx";
import { SearchField } from "../components/search-field.tsx";
import { Section } from "../components/section.tsx";
import { Sheet, TitledPage } from "../components/titled-page.tsx";
import { auditSearch, auditTextMaxCharacters, auditTypes } from "../lib/audit-search.ts";
import classes from "./audit-page.module.css";

const route = getRouteApi("/frame/audit");

export function AuditPage() {
  const { q = "", type = "" } = route.useSearch();
  const navigate = route.useNavigate();
  const search = useCallback(
    (next: string) =>
      void navigate({ search: (before) => auditSearch({ ...before, q: next }), replace: true }),
    [navigate],
  );
  const choose = (next: string | null) =>
    void navigate({ search: (before) => auditSearch({ ...before, type: next ?? "" }) });
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
        <Select
          aria-label="Kind of event"
          placeholder="Every kind of event"
          data={types}
          value={type === "" ? null : type}
          onChange={choose}
          clearable
        />
      </div>
      <Sheet>
        <Section title="Events">
          <AuditList filter={{ ...(q === "" ? {} : { q }), ...(type === "" ? {} : { type }) }} />
        </Section>
      </Sheet>
    </TitledPage>
  );
}
