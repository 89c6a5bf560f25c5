import type { Holder } from "../actor.ts";
import type { Approval, Vote, VoterNow } from "../approval.ts";
import { rulesOf, type CombinedRules } from "./combine.ts";
import { spellingsOf } from "./involved.ts";
import { involvements, type Involved, type Involvement, type PolicyPart } from "./policy.ts";

/** How a person was involved in what is to be approved, as far as these rules exclude it. */
export function excludedAs(
  person: Pick<Holder, "email" | "identities">,
  involved: Involved,
  { excluded }: Pick<CombinedRules, "excluded">,
): Involvement[] {
  const { email, identities } = person;
  const names = new Set([email, ...identities.emails, ...identities.logins].flatMap(spellingsOf));
  return involvements.filter(
    (each) =>
      excluded.has(each) && involved[each].some((name) => spellingsOf(name).some((one) => names.has(one))),
  );
}

/** "Mona is excluded as …" */
export const partOf: Record<Involvement, string> = {
  requester: "requester",
  author: "author of the commit",
  committer: "committer",
  coAuthors: "co-author of the commit",
  pusher: "pusher",
};

/**
 * Why a vote that was given counts no more: whoever gave it, or answers for the bot that did, may not give it now. Null: it counts. What a
 * vote may be is judged anew at each count, since rights are withdrawn, and identities become known, while votes wait for others.
 */
export function whyNotCounting(
  { actor, verdict, heldBy, now }: Vote,
  involved: Involved,
  parts: readonly PolicyPart[],
): string | null {
  if (now === undefined) return null;
  if (actor.kind === "person") return personRefusal(now.person, involved, parts);
  if (now.isRevoked) return "its token is revoked";
  if (heldBy == null) return null;
  // A bot may still reject for whom its secret was shown to, as when it votes.
  const why = personRefusal(now.person, verdict === "reject" ? null : involved, parts);
  return why === null ? null : `of its holder: ${why}`;
}

/** The votes that were not replaced and count, of those who are in the teams that they are in now. */
export function countingVotes(
  votes: readonly Vote[],
  involved: Involved,
  parts: readonly PolicyPart[],
): Vote[] {
  return standingVotes(votes)
    .filter((vote) => whyNotCounting(vote, involved, parts) === null)
    .map((vote) =>
      vote.actor.kind === "person" && vote.now?.person != null
        ? { ...vote, teams: vote.now.person.teams }
        : vote,
    );
}

/** Those of an approval that stand and count no more, with the reason. */
export function votesNotCounting({
  votes,
  subject,
  policy,
}: Pick<Approval, "votes" | "subject" | "policy">): { vote: Vote; why: string }[] {
  return standingVotes(votes).flatMap((vote) => {
    const why = whyNotCounting(vote, subject.involved, policy.parts);
    return why === null ? [] : [{ vote, why }];
  });
}

/** The vote of each actor that was not replaced; should there be two, the later one. */
export function standingVotes(votes: readonly Vote[]): Vote[] {
  const byActor = new Map<string, Vote>();
  for (const vote of votes) {
    const key = `${vote.actor.kind}:${vote.actor.id}`;
    const other = byActor.get(key);
    if (!vote.replaced && (other === undefined || other.at <= vote.at)) byActor.set(key, vote);
  }
  return [...byActor.values()];
}

/** `involved` null: it does not matter who was. */
function personRefusal(
  person: VoterNow["person"],
  involved: Involved | null,
  parts: readonly PolicyPart[],
): string | null {
  if (person === null) return "nobody knows them any more";
  if (!person.isActive) return "deactivated";
  if (person.role === "viewer") return "the role is viewer now";
  const [first] = involved === null ? [] : excludedAs(person, involved, rulesOf(parts));
  return first === undefined ? null : `excluded as ${partOf[first]}`;
}
