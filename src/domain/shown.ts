import { checksInWords, type Check } from "./check.ts";
import type { Approval, Subject } from "./approval.ts";

/** The parts of an approval that a person decides upon. What else changes (beats, votes of others, tries, delivery) is no part. */
export const shownFields = ["input", "request", "commit", "execution", "policy", "checks"] as const;
export type ShownField = (typeof shownFields)[number];

/** A part that is not what it was; `now` says in words what it is. */
export interface ChangedPart {
  field: ShownField;
  now: string;
}

/** What is shown of one approval, beyond the approval itself. */
export interface ShownBeside {
  /** SHA-256 of the policy under which it is decided; null: the built-in one. */
  policyDigest: string | null;
  checks: readonly Check[];
}

type Digest = (text: string) => string;
type Shown = Pick<Approval, "subject">;

/** Each part as canonical JSON (RFC 8785): members stand in the order of their names, and there are texts and small whole numbers alone. */
function partsOf({ subject }: Shown, beside: ShownBeside): Record<ShownField, string> {
  const { input, title, description, links, repository, commit, ref } = subject;
  const { executionArn, mapIndex, stateName } = subject;
  return {
    input: JSON.stringify(input),
    request: JSON.stringify({
      description,
      links: links.map((link) => ({ title: link.title, url: link.url })),
      title,
    }),
    commit: JSON.stringify({ commit, ref, repository }),
    execution: JSON.stringify({ executionArn, mapIndex, stateName }),
    policy: JSON.stringify(beside.policyDigest),
    checks: JSON.stringify(beside.checks.map(({ key, state }) => ({ key, state }))),
  };
}

/** Of each part the first 96 bits of its SHA-256: nobody can look for a second text of the same digest, since what was asked is fixed. */
const digestCharacters = 24;

/**
 * The digest of what is shown, part by part (`input:0f3a…,request:…`), so that a later look can tell which part has changed without
 * a memory of what was shown. `digest` is SHA-256 in hex.
 */
export function shownDigest(approval: Shown, beside: ShownBeside, digest: Digest): string {
  const parts = partsOf(approval, beside);
  return shownFields.map((field) => `${field}:${digestOf(parts[field], digest)}`).join(",");
}

/** The parts that differ from what `shown` was the digest of; one that `shown` does not name differs, too. */
export function changedSince(
  shown: string,
  approval: Shown,
  beside: ShownBeside,
  digest: Digest,
): ChangedPart[] {
  const seen = new Set(shown.split(","));
  const parts = partsOf(approval, beside);
  return shownFields
    .filter((field) => !seen.has(`${field}:${digestOf(parts[field], digest)}`))
    .map((field) => ({ field, now: inWords(field, approval.subject, beside) }));
}

function digestOf(part: string, digest: Digest): string {
  return digest(part).slice(0, digestCharacters);
}

function inWords(field: ShownField, subject: Subject, { policyDigest, checks }: ShownBeside): string {
  switch (field) {
    case "input":
      return "another input";
    case "request":
      return `“${subject.title}”`;
    case "commit":
      return (
        [subject.repository, subject.commit, subject.ref].filter((each) => each !== null).join(" ") || "none"
      );
    case "execution":
      return executionInWords(subject);
    case "policy":
      return policyDigest === null ? "one reviewer decides" : `policy ${policyDigest.slice(0, 12)}`;
    case "checks":
      return checksInWords(checks);
  }
}

function executionInWords({ executionName, executionArn, stateName, mapIndex }: Subject): string {
  const name = executionName ?? executionArn;
  if (name === null) return "not known";
  const state = stateName === null ? "" : `, state ${stateName}`;
  return `${name}${state}${mapIndex === null ? "" : `, item ${mapIndex}`}`;
}
