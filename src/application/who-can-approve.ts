import type { ActorRef } from "../domain/actor.ts";
import type { Approval } from "../domain/approval.ts";
import { rulesOf } from "../domain/policy/combine.ts";
import { standingOf } from "../domain/policy/standing.ts";
import { countingVotes, excludedAs } from "../domain/policy/voter.ts";
import type { Deps } from "./deps.ts";
import type { DirectoryPerson } from "./ports/people-directory.ts";

/** A list that is longer helps nobody; the teams are named beside it. */
const peopleMax = 100;

/** People whose approval would help a pending approval now, by name. Null: nothing is pending. Throws StoreUnavailable. */
export async function whoCanApprove(
  { directory, clock }: Pick<Deps, "directory" | "clock">,
  approval: Approval,
): Promise<Pick<ActorRef, "id" | "name">[] | null> {
  if (approval.status !== "pending") return null;
  const { whoCan } = standingOf(approval, clock.now());
  const people = whoCan.anyReviewer
    ? await directory.reviewers()
    : [...(await directory.membersOf(whoCan.teams)).values()].flat();
  const { parts } = approval.policy;
  const rules = rulesOf(parts);
  const counted = new Set(
    countingVotes(approval.votes, approval.subject.involved, parts)
      .filter(({ verdict }) => verdict === "approve")
      .flatMap(({ actor, heldBy }) => [actor.id, heldBy ?? actor.id]),
  );
  const mayHelp = ({ id, role, identities }: DirectoryPerson) =>
    role !== "viewer" &&
    !counted.has(id) &&
    excludedAs({ email: "", identities }, approval.subject.involved, rules).length === 0;
  const byId = new Map(people.filter(mayHelp).map(({ id, name }) => [id, { id, name }]));
  return [...byId.values()].slice(0, peopleMax);
}
