import type { ApprovalDetail } from "../../src/contract/approval.ts";
import { checksInWords } from "./labels.ts";
import { visibleText } from "./visible-text.ts";

export interface ChangedPart {
  field: string;
  label: string;
  /** Null: too long to be said in a line. */
  was: string | null;
  now: string | null;
}

type Shown = Pick<
  ApprovalDetail,
  "shown" | "title" | "repository" | "commit" | "ref" | "executionArn" | "executionName" | "state" | "checks"
>;

const nothing = "not known";

/** The parts of what is decided upon; `shown` names each of them with its digest. */
const parts: Record<string, { label: string; say?: (approval: Shown) => string }> = {
  input: { label: "Input" },
  request: { label: "Title, description or links" },
  commit: {
    label: "Change",
    say: ({ repository, commit, ref }) =>
      [repository, commit?.slice(0, 12), ref].filter(Boolean).join(" ") || nothing,
  },
  execution: {
    label: "Execution",
    say: ({ executionName, executionArn, state }) =>
      [executionName ?? executionArn, state].filter(Boolean).join(", ") || nothing,
  },
  policy: { label: "Policy" },
  checks: { label: "Checks of the commit", say: ({ checks }) => checksInWords(checks) },
};

/** What differs between the approval as the reader saw it and as it is now. */
export function changesBetween(seen: Shown, now: Shown): ChangedPart[] {
  if (seen.shown === now.shown) return [];
  const before = digestsOf(seen.shown);
  return [...digestsOf(now.shown)]
    .filter(([field, digest]) => before.get(field) !== digest)
    .map(([field]) => {
      const { label, say } = parts[field] ?? { label: field };
      return {
        field,
        label,
        was: say === undefined ? null : visibleText(say(seen)),
        now: say === undefined ? null : visibleText(say(now)),
      };
    });
}

function digestsOf(shown: string): Map<string, string> {
  return new Map(
    shown.split(",").map((part) => [part.slice(0, part.indexOf(":")), part.slice(part.indexOf(":") + 1)]),
  );
}
