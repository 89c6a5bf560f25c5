import { combinePolicies, rulesOf } from "./combine.ts";
import { matchOf, matchOfArn, type MatchFacts } from "./match-facts.ts";
import { askedName, builtInPart, type Policy, type PolicyMatch, type PolicyPart } from "./policy.ts";

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
  const possible = policies.filter(({ match }) => matchOfArn(match.activity, facts.activityArn) === "yes");
  const matched = possible.filter(({ match }) => isSurelyFor(match, facts));
  const candidates = combinePolicies(possible.filter((part) => !matched.includes(part)));
  const parts = combinePolicies(matched.length > 0 ? matched : [builtInPart], asked === null ? [] : [asked]);
  const mayExcludeMore = mayHaveRecord && rulesOf(parts).excluded.size > 0;
  return { parts, candidates, needsProof: candidates.length > 0 || mayExcludeMore, notes };
}

/**
 * The policy once history has proven the execution. `facts`: as the input tells them, and as our own record of the start does, if there
 * is one. Whatever matches any of them holds, and so does whatever could match what none of them tells: leaving a fact out of the input
 * must not lead out of a policy. Facts that nothing surely matches bring the built-in policy.
 */
export function provePolicy(policy: Policy, facts: readonly MatchFacts[]): Policy {
  const proven = policy.candidates.filter(({ match }) => facts.some((each) => mayBeFor(match, each)));
  // A stand-in for what had still to be found out.
  const wasProvisional = policy.candidates.length > 0;
  const kept = policy.parts.filter((part) => !wasProvisional || part.name !== builtInPart.name);
  const named = [...kept, ...proven].filter(({ name }) => name !== askedName);
  const isUncovered = facts.some((each) => !named.some(({ match }) => isSurelyFor(match, each)));
  return {
    parts: combinePolicies(kept, proven, isUncovered ? [builtInPart] : []),
    candidates: [],
    needsProof: policy.needsProof,
    notes: [...policy.notes, ...notesOnUnknown(proven, facts)],
  };
}

export function isSurelyFor(match: PolicyMatch, facts: MatchFacts): boolean {
  return matchOf(match, facts) === "yes";
}

function mayBeFor(match: PolicyMatch, facts: MatchFacts): boolean {
  return matchOf(match, facts) !== "no";
}

/** Why policies hold that were made for something else, perhaps. */
function notesOnUnknown(proven: readonly PolicyPart[], facts: readonly MatchFacts[]): string[] {
  const isUnknown = (fact: "repository" | "ref", ...keys: (keyof PolicyMatch)[]) =>
    facts.some(
      (each) =>
        each[fact] === null &&
        proven.some(
          ({ match }) => matchOf(match, each) === "unknown" && keys.some((key) => match[key] !== null),
        ),
    );
  return [
    ...(isUnknown("repository", "repository")
      ? ["The input names no repository: policies of every repository hold."]
      : []),
    ...(isUnknown("ref", "branch", "tag")
      ? ["The input names neither a branch nor a tag: policies of every branch and tag hold."]
      : []),
  ];
}
