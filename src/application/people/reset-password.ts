import type { ActorRef } from "../../domain/actor.ts";
import { findPerson, personEvent, type PeopleDeps } from "./people-deps.ts";

/** Puts a one-time password, which is told this once, in the place of a person's password, and ends their sessions. Throws PeopleRefusal. */
export async function resetPassword(
  { peopleStore, passwords, clock }: PeopleDeps,
  actor: ActorRef,
  idOrEmail: string,
): Promise<{ email: string; oneTimePassword: string }> {
  const oneTimePassword = passwords.makeOneTime();
  const hash = await passwords.hash(oneTimePassword);
  const email = await peopleStore.change(async (people) => {
    const person = await findPerson(people, idOrEmail);
    await people.setPassword(person.id, hash, true);
    const sessionsEnded = (await people.endSessions(person.id, null)).length;
    const event = personEvent("person.password_reset", clock.now(), actor, person, { sessionsEnded });
    await people.record([event]);
    return person.email;
  });
  return { email, oneTimePassword };
}
