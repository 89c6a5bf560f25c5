import type { ActorRef } from "../../domain/actor.ts";
import { passwordFault } from "../../domain/password.ts";
import { findPerson, personEvent, type PeopleDeps } from "./people-deps.ts";
import { PeopleRefusal } from "./refusal.ts";

export interface ChangePasswordRequest {
  /** The person, who changes their own. */
  actor: ActorRef;
  /** Null: the person signed in with a one-time password, which is used up. */
  currentPassword: string | null;
  newPassword: string;
  /** The session that stays; whoever came in with the old password goes out with it. */
  keptSession: string;
}

/** Throws PeopleRefusal. */
export async function changePassword(
  { peopleStore, passwords, clock }: PeopleDeps,
  { actor, currentPassword, newPassword, keptSession }: ChangePasswordRequest,
): Promise<void> {
  const known = await peopleStore.passwordHash(actor.id);
  if (currentPassword !== null && !(known !== null && (await passwords.verify(currentPassword, known))))
    throw new PeopleRefusal("invalid", "is not your password", "currentPassword");
  const hash = await passwords.hash(newPassword);
  await peopleStore.change(async (people) => {
    const person = await findPerson(people, actor.id);
    const fault = passwordFault(newPassword, person);
    if (fault !== null) throw new PeopleRefusal("invalid", fault, "newPassword");
    if (currentPassword === null && !person.passwordIsOneTime)
      throw new PeopleRefusal("conflict", "This password was chosen already: give it as `currentPassword`.");
    await people.setPassword(person.id, hash, false);
    const sessionsEnded = (await people.endSessions(person.id, keptSession)).length;
    const event = personEvent("person.password_changed", clock.now(), actor, person, { sessionsEnded });
    await people.record([event]);
  });
}
