import type { PolicyMatch } from "./policy.ts";
import { matches } from "../trigger.ts";

/** What policies are matched by. Null: not known; then only the proof of the execution tells, or every pattern has to count. */
export interface MatchFacts {
  activityArn: string;
  stateMachineArn: string | null;
  /** Its names: as it is meant, and as it was spelled. */
  repository: readonly string[] | null;
  ref: RefNames | null;
}

/** What a ref may be the name of. One that is known and names no branch is known to be none. */
export interface RefNames {
  branches: readonly string[];
  tags: readonly string[];
}

/** A commit's hash, or Git's word for "where I am now": no name of a branch or a tag, so which one is not known. */
const unnamed = /^(?:(?:refs\/remotes\/|remotes\/)?(?:[^/]+\/)?HEAD|@|[0-9a-f]{40}|[0-9a-f]{64})$/i;

/**
 * `refs/heads/main` and plain `main` name a branch, `refs/tags/v1` a tag. Spellings of people and scripts name what they mean, too:
 * `origin/main`, `heads/main`, a slash too many. What may mean two names counts as both.
 */
export function refNamesOf(told: string | null): RefNames | null {
  const ref = trimSlashes(told ?? "");
  if (ref === "" || unnamed.test(ref) || /^(?:refs\/)?(?:heads|tags|remotes)$/i.test(ref)) return null;
  const after = (prefix: RegExp) => trimSlashes(prefix.exec(ref)?.[1] ?? "");
  const full = after(/^refs\/+heads\/+(.+)$/is);
  if (full !== "") return { branches: [full], tags: [] };
  const tag = after(/^refs\/+tags\/+(.+)$/is).replace(/\^\{\}$/, "");
  if (tag !== "") return { branches: [], tags: [tag] };
  const tracked = after(/^(?:refs\/+)?remotes\/+[^/]+\/+(.+)$/is);
  if (tracked !== "") return { branches: [tracked], tags: [] };
  if (/^refs\//i.test(ref)) return { branches: [], tags: [] };
  const shortTag = after(/^tags\/+(.+)$/is);
  const shortBranch = after(/^(?:heads|origin)\/+(.+)$/is);
  return {
    branches: shortBranch === "" ? [ref] : [ref, shortBranch],
    tags: shortTag === "" ? [] : [shortTag],
  };
}

/** `acme/shop`, whether it is told like that, as the address of its page or as one to clone from; and as it was told. Null: it was not. */
export function repositoryNamesOf(told: string | null): string[] | null {
  const text = (told ?? "").trim().toLowerCase();
  const path = text
    .replace(/[?#].*$/s, "")
    .replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*\//, "")
    .replace(/^(?:[^/@:]+@)?[^/@:]+:(?=[^/])/, "")
    .replace(/^(?:www\.)?[^/]+\.[^/]+\/(?=[^/]+\/[^/]+)/, "");
  const name = trimSlashes(trimSlashes(path).replace(/\.git$/, "")).replace(/\/{2,}/g, "/");
  return name === "" ? null : [...new Set([name, text])];
}

function trimSlashes(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && /[\s/]/.test(text.charAt(from))) from += 1;
  while (to > from && /[\s/]/.test(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

/** Whether a policy is for this. `unknown`: a fact that nobody has told, nor can be known not to match. */
export type Match = "yes" | "no" | "unknown";

export function matchOf(match: PolicyMatch, facts: MatchFacts): Match {
  const each = [
    matchOfArn(match.activity, facts.activityArn),
    matchOfArn(match.stateMachine, facts.stateMachineArn),
    matchOfNames(match.repository?.flatMap(patternsOf) ?? null, facts.repository),
    matchOfNames(match.branch, facts.ref?.branches ?? null),
    matchOfNames(match.tag, facts.ref?.tags ?? null),
  ];
  if (each.includes("no")) return "no";
  return each.includes("unknown") ? "unknown" : "yes";
}

/** A pattern that begins like an ARN is one of ARNs, any other one of the names at their ends. A version or an alias does not count. */
export function matchOfArn(patterns: readonly string[] | null, arn: string | null): Match {
  if (patterns === null) return "yes";
  if (arn === null) return "unknown";
  const [whole, name] = [arn.split(":").slice(0, 7).join(":"), arn.split(":")[6] ?? arn];
  return yesOrNo(patterns.some((pattern) => matches(pattern, pattern.startsWith("arn:") ? whole : name)));
}

function matchOfNames(patterns: readonly string[] | null, names: readonly string[] | null): Match {
  if (patterns === null) return "yes";
  if (names === null) return "unknown";
  return yesOrNo(patterns.some((pattern) => names.some((name) => matches(pattern, name))));
}

/** A pattern of repositories may be spelled like an address, too. */
function patternsOf(pattern: string): string[] {
  return repositoryNamesOf(pattern) ?? [pattern];
}

function yesOrNo(is: boolean): Match {
  return is ? "yes" : "no";
}
