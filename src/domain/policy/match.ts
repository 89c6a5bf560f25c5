import { matches } from "../trigger.ts";
import { combinePolicies } from "./combine.ts";
import { askedName, builtInPart, type Policy, type PolicyMatch, type PolicyPart } from "./policy.ts";

/** What policies are matched by. Null: not known, which matches no pattern. */
export interface MatchFacts {
  activityArn: string;
  stateMachineArn: string | null;
  repository: string | null;
  branch: string | null;
  tag: string | null;
}

/** `refs/heads/main` and plain `main` name a branch, `refs/tags/v1` a tag. */
export function branchAndTag(ref: string | null): Pick<MatchFacts, "branch" | "tag"> {
  if (ref === null) return { branch: null, tag: null };
  const tag = /^refs\/tags\/(.+)$/s.exec(ref)?.[1] ?? null;
  if (tag !== null) return { branch: null, tag };
  const branch = /^refs\/heads\/(.+)$/s.exec(ref)?.[1] ?? (ref.startsWith("refs/") ? null : ref);
  return { branch, tag: null };
}

export function isFor(match: PolicyMatch, facts: MatchFacts): boolean {
  return isForActivity(match, facts) && isForOrigin(match, facts);
}

function isForActivity({ activity }: PolicyMatch, { activityArn }: MatchFacts): boolean {
  return matchesArn(activity, activityArn);
}

function isForOrigin(match: PolicyMatch, facts: MatchFacts): boolean {
  return (
    matchesArn(match.stateMachine, facts.stateMachineArn) &&
    matchesAny(lower(match.repository), facts.repository?.toLowerCase() ?? null) &&
    matchesAny(match.branch, facts.branch) &&
    matchesAny(match.tag, facts.tag)
  );
}

/** A pattern that begins like an ARN is one of ARNs, any other one of the names at their ends. A version or an alias does not count. */
function matchesArn(patterns: readonly string[] | null, arn: string | null): boolean {
  if (patterns === null) return true;
  if (arn === null) return false;
  const [whole, name] = [arn.split(":").slice(0, 7).join(":"), arn.split(":")[6] ?? arn];
  return patterns.some((pattern) => matches(pattern, pattern.startsWith("arn:") ? whole : name));
}

function matchesAny(patterns: readonly string[] | null, text: string | null): boolean {
  if (patterns === null) return true;
  return text !== null && patterns.some((pattern) => matches(pattern, text));
}

function lower(patterns: readonly string[] | null): string[] | null {
  return patterns?.map((pattern) => pattern.toLowerCase()) ?? null;
}

/** What an approval is opened under, from the policies of countersign.yaml and from its own input. */
export interface Opening {
  policies: readonly PolicyPart[];
  /** As the input tells them: they may be wrong. */
  facts: MatchFacts;
  /** What the input asks for by itself; null: nothing. */
  asked: PolicyPart | null;
  notes: readonly string[];
  /** Triggers start executions here, and who was involved is then known better than the input tells. */
  mayHaveRecord: boolean;
}

/**
 * The policy of a new approval. What could match once history has proven the execution is kept as candidate, as it stands in the file
 * now: a weaker file that is read later changes nothing.
 */
export function openPolicy({ policies, facts, asked, notes, mayHaveRecord }: Opening): Policy {
  const possible = policies.filter(({ match }) => isForActivity(match, facts));
  const matched = possible.filter(({ match }) => isFor(match, facts));
  const candidates = combinePolicies(possible.filter((part) => !matched.includes(part)));
  const excludes = matched.some(({ exclude }) => Object.values(exclude).includes(true));
  return {
    parts: combinePolicies(matched.length > 0 ? matched : [builtInPart], asked === null ? [] : [asked]),
    candidates,
    needsProof: candidates.length > 0 || (mayHaveRecord && excludes),
    notes,
  };
}

/**
 * The policy once history has proven the execution. `facts`: as the input tells them, and as our own record of the start does, if there
 * is one. Whatever matches any of them holds; facts that nothing matches bring the built-in policy.
 */
export function provePolicy(policy: Policy, facts: readonly MatchFacts[]): Policy {
  const proven = policy.candidates.filter(({ match }) => facts.some((each) => isFor(match, each)));
  // A stand-in for what had still to be found out.
  const wasProvisional = policy.candidates.length > 0;
  const kept = policy.parts.filter((part) => !wasProvisional || part.name !== builtInPart.name);
  const named = [...kept, ...proven].filter(({ name }) => name !== askedName);
  const isUncovered = facts.some((each) => !named.some(({ match }) => isFor(match, each)));
  return {
    parts: combinePolicies(kept, proven, isUncovered ? [builtInPart] : []),
    candidates: [],
    needsProof: policy.needsProof,
    notes: policy.notes,
  };
}
