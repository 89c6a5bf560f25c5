import type { ActorRef } from "../../domain/actor.ts";
import { findPerson, personEvent, type PeopleDeps } from "./people-deps.ts";
import { PeopleRefusal } from "./refusal.ts";

type SessionDeps = Pick<PeopleDeps, "peopleStore" | "clock">;

/** Ends one session at once. `owner`: it must be this person's (null: anybody's). Throws PeopleRefusal. */
export async function endSession(
  { peopleStore, clock }: SessionDeps,
  actor: ActorRef,
  sessionId: string,
  owner: string | null,
): Promise<void> {
  await peopleStore.change(async (people) => {
    const personId = await people.endSession(sessionId);
    // Whether somebody else has such a session is none of the caller's business.
    if (personId === null || (owner !== null && owner !== personId))
      throw new PeopleRefusal("not_found", "There is no such session.");
    const person = await findPerson(people, personId);
    await people.record([personEvent("session.revoked", clock.now(), actor, person, { sessionId })]);
  });
}

/** Ends a person's sessions, but one (null: all of them); returns how many there were. Throws PeopleRefusal. */
export async function endSessionsOf(
  { peopleStore, clock }: SessionDeps,
  actor: ActorRef,
  personId: string,
  except: string | null,
): Promise<number> {
  return peopleStore.change(async (people) => {
    const person = await findPerson(people, personId);
    const ended = await people.endSessions(person.id, except);
    const at = clock.now();
    await people.record(
      ended.map((sessionId) => personEvent("session.revoked", at, actor, person, { sessionId })),
    );
    return ended.length;
  });
}
