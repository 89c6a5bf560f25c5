import type { ActorRef } from "../../domain/actor.ts";
import type { PeopleChanges, PersonRecord } from "../ports/people-store.ts";
import { findPerson, teamEvent, type PeopleDeps } from "./people-deps.ts";
import { PeopleRefusal } from "./refusal.ts";

type TeamDeps = Pick<PeopleDeps, "peopleStore" | "clock" | "entropy">;

/** Throws PeopleRefusal. */
export async function createTeam(deps: TeamDeps, actor: ActorRef, name: string): Promise<void> {
  const team = { id: deps.entropy.uuid(), name, at: deps.clock.now() };
  await deps.peopleStore.change(async (people) => {
    if ((await people.findTeam(name)) !== null)
      throw new PeopleRefusal("conflict", `There is a team ${name} already.`);
    await people.addTeam(team);
    await people.record([teamEvent("team.created", team.at, actor, team)]);
  });
}

/** A policy that names the team finds nobody in it from then on. Throws PeopleRefusal. */
export async function deleteTeam(deps: TeamDeps, actor: ActorRef, name: string): Promise<void> {
  await deps.peopleStore.change(async (people) => {
    const team = await findTeam(people, name);
    await people.removeTeam(team.id);
    await people.record([teamEvent("team.deleted", deps.clock.now(), actor, team)]);
  });
}

/** Throws PeopleRefusal; adding somebody who is a member already changes nothing. */
export async function addMember(
  deps: TeamDeps,
  actor: ActorRef,
  team: string,
  idOrEmail: string,
): Promise<void> {
  await deps.peopleStore.change(async (people) => {
    const person = await findPerson(people, idOrEmail);
    await addToTeam(people, { at: deps.clock.now(), actor, team, person });
  });
}

/** Throws PeopleRefusal. */
export async function removeMember(
  deps: TeamDeps,
  actor: ActorRef,
  teamName: string,
  idOrEmail: string,
): Promise<void> {
  await deps.peopleStore.change(async (people) => {
    const [team, person] = [await findTeam(people, teamName), await findPerson(people, idOrEmail)];
    if (!(await people.removeMember(team.id, person.id)))
      throw new PeopleRefusal("not_found", `${person.name} is not in the team ${team.name}.`);
    const member = { personId: person.id, email: person.email };
    await people.record([teamEvent("team.member_removed", deps.clock.now(), actor, team, member)]);
  });
}

/** For whoever has a transaction open already. Throws PeopleRefusal. */
export async function addToTeam(
  people: PeopleChanges,
  {
    at,
    actor,
    ...add
  }: { at: Date; actor: ActorRef; team: string; person: Pick<PersonRecord, "id" | "email"> },
): Promise<void> {
  const team = await findTeam(people, add.team);
  if (!(await people.addMember(team.id, add.person.id, false))) return;
  const member = { personId: add.person.id, email: add.person.email };
  await people.record([teamEvent("team.member_added", at, actor, team, member)]);
}

async function findTeam(people: PeopleChanges, name: string): Promise<{ id: string; name: string }> {
  const team = await people.findTeam(name);
  if (team === null) throw new PeopleRefusal("not_found", `There is no team ${name}.`);
  return team;
}
