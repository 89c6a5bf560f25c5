import type { ActorRef, Identities } from "../../domain/actor.ts";
import type { PersonRecord } from "../ports/people-store.ts";
import { findPerson, personEvent, type PeopleDeps } from "./people-deps.ts";
import { PeopleRefusal } from "./refusal.ts";

/**
 * Says how commits and forges know a person, instead of what was said before. Administrators do, and nobody their own: whoever takes an
 * identity of theirs away could approve their own commits. Throws PeopleRefusal: an identity belongs to one person.
 */
export async function setIdentities(
  { peopleStore, clock }: Pick<PeopleDeps, "peopleStore" | "clock">,
  actor: ActorRef,
  idOrEmail: string,
  wanted: (person: PersonRecord) => Identities,
): Promise<PersonRecord> {
  return peopleStore.change(async (people) => {
    const person = await findPerson(people, idOrEmail);
    if (actor.kind === "person" && actor.id === person.id)
      throw new PeopleRefusal(
        "not_allowed",
        "Nobody changes their own identities. Another administrator can, or `countersign users identities` on the command line.",
      );
    const { emails, logins } = wanted(person);
    const next = { emails: tidy(emails).filter((email) => email !== person.email), logins: tidy(logins) };
    for (const [kind, values] of [["email", next.emails] as const, ["login", next.logins] as const])
      for (const [index, value] of values.entries()) {
        const owner = await people.ownerOf(kind, value);
        if (owner !== null && owner !== person.id)
          throw new PeopleRefusal("invalid", `${value} belongs to somebody else`, `${kind}s.${index}`);
      }
    if (JSON.stringify(next) === JSON.stringify(person.identities)) return person;
    await people.setIdentities(person.id, next);
    const detail = { from: person.identities, to: next };
    await people.record([personEvent("person.identities_changed", clock.now(), actor, person, detail)]);
    return findPerson(people, person.id);
  });
}

function tidy(values: readonly string[]): string[] {
  return [...new Set(values.map((value) => value.trim().toLowerCase()))].sort();
}
