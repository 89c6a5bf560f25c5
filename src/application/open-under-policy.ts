import type { Subject } from "../domain/approval.ts";
import { openPolicy } from "../domain/policy/match.ts";
import { refNamesOf, repositoryNamesOf, type MatchFacts } from "../domain/policy/match-facts.ts";
import type { Policy } from "../domain/policy/policy.ts";
import { nextPolicyInstant } from "../domain/policy/standing.ts";
import type { Deps } from "./deps.ts";
import { notesOnPeople } from "./people-from-input.ts";
import { policyFromInput } from "./policy-from-input.ts";
import type { ReceivedTask } from "./ports/approvals.ts";

export type OpenDeps = Pick<Deps, "policies" | "chaining" | "forms" | "triggeredMachines">;

/** The policy of a new approval, from what is known of it so far. It is stored with the approval, and no later file changes it. */
export function openUnderPolicy(
  deps: OpenDeps,
  subject: Subject,
  receivedAt: Date,
): Pick<ReceivedTask, "policy" | "policyDueAt"> {
  const { asked, notes } = policyFromInput(deps, subject.input);
  const policy = openPolicy({
    policies: deps.policies,
    facts: factsOf(subject),
    asked,
    notes: [...notes, ...notesOnPeople(subject.input)],
    mayHaveRecord: deps.triggeredMachines.length > 0,
  });
  return {
    policy: fingerprint(deps, policy),
    policyDueAt: nextPolicyInstant({ policy, subject, receivedAt, votes: [] }, receivedAt),
  };
}

/** Equal policies have equal digests. */
export function fingerprint(
  { chaining }: Pick<Deps, "chaining">,
  policy: Policy,
): { digest: string; body: string } {
  const body = chaining.canonical(policy);
  return { digest: chaining.digest(body), body };
}

/** What policies are matched by, as the approval tells it. */
export function factsOf({ activityArn, stateMachineArn, repository, ref }: Subject): MatchFacts {
  return { activityArn, stateMachineArn, repository: repositoryNamesOf(repository), ref: refNamesOf(ref) };
}
