import type { ActorRef, Role } from "../../domain/actor.ts";
import type { PersonRecord } from "../ports/people-store.ts";
import { addToTeam } from "./change-team.ts";
import { findPerson, personEvent, type PeopleDeps } from "./people-deps.ts";
import { PeopleRefusal } from "./refusal.ts";

export interface AddPersonRequest {
  email: string;
  name: string;
  role: Role;
  /** Names of teams that exist. */
  teams: readonly string[];
  /** False: signs in by an identity provider alone. */
  withPassword: boolean;
}

/** Makes a person, with a one-time password that is told this once. Throws PeopleRefusal. */
export async function addPerson(
  deps: PeopleDeps,
  actor: ActorRef,
  request: AddPersonRequest,
): Promise<{ person: PersonRecord; oneTimePassword: string | null }> {
  const { peopleStore, passwords, clock, entropy } = deps;
  const oneTimePassword = request.withPassword ? passwords.makeOneTime() : null;
  const passwordHash = oneTimePassword === null ? null : await passwords.hash(oneTimePassword);
  const [id, at] = [entropy.uuid(), clock.now()];
  const { name, role, teams } = request;
  const email = request.email.toLowerCase();
  const person = await peopleStore.change(async (people) => {
    if ((await people.ownerOf("email", email)) !== null)
      throw new PeopleRefusal("conflict", `${email} belongs to somebody already.`);
    await people.add({ id, name, email, role, passwordHash, at });
    await people.record([personEvent("person.created", at, actor, { id, email }, { name, role })]);
    for (const team of teams) await addToTeam(people, { at, actor, team, person: { id, email } });
    return findPerson(people, id);
  });
  return { person, oneTimePassword };
}
