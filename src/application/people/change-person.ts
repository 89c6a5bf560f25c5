import type { ActorRef, Role } from "../../domain/actor.ts";
import type { PeopleChanges, PersonRecord } from "../ports/people-store.ts";
import { findPerson, keepOneAdministrator, personEvent, type PeopleDeps } from "./people-deps.ts";

export interface PersonChange {
  role?: Role | undefined;
  /** False: may not sign in any more, and every open session ends at once. */
  isActive?: boolean | undefined;
}

/** Changes the role of a person, or whether they may sign in. Throws PeopleRefusal. */
export async function changePerson(
  { peopleStore, clock }: Pick<PeopleDeps, "peopleStore" | "clock">,
  actor: ActorRef,
  idOrEmail: string,
  change: PersonChange,
): Promise<PersonRecord> {
  return peopleStore.change(async (people) => {
    const person = await findPerson(people, idOrEmail);
    const who = { at: clock.now(), actor };
    if (change.role !== undefined) await changeRole(people, who, person, change.role);
    const now = await findPerson(people, person.id);
    if (change.isActive === true) await activate(people, who, now);
    if (change.isActive === false) await deactivate(people, who, now);
    return findPerson(people, person.id);
  });
}

interface Who {
  at: Date;
  actor: ActorRef;
}

async function changeRole(people: PeopleChanges, { at, actor }: Who, person: PersonRecord, role: Role) {
  if (person.role === role) return;
  await keepOneAdministrator(people, person);
  await people.setRole(person.id, role);
  await people.record([
    personEvent("person.role_changed", at, actor, person, { from: person.role, to: role }),
  ]);
}

async function activate(people: PeopleChanges, { at, actor }: Who, person: PersonRecord): Promise<void> {
  if (person.isActive) return;
  await people.setActive(person.id, null);
  await people.record([personEvent("person.activated", at, actor, person)]);
}

async function deactivate(people: PeopleChanges, { at, actor }: Who, person: PersonRecord): Promise<void> {
  if (!person.isActive) return;
  await keepOneAdministrator(people, person);
  await people.setActive(person.id, at);
  const sessionsEnded = (await people.endSessions(person.id, null)).length;
  await people.record([personEvent("person.deactivated", at, actor, person, { sessionsEnded })]);
}
