import type { ActorRef } from "../../domain/actor.ts";
import type { AuditEvent, AuditEventType } from "../../domain/audit-event.ts";
import type { Deps } from "../deps.ts";
import type { PeopleChanges, PersonRecord } from "../ports/people-store.ts";
import { PeopleRefusal } from "./refusal.ts";

export type PeopleDeps = Pick<Deps, "peopleStore" | "passwords" | "clock" | "entropy">;

/** Whoever has a shell at the server and its database. */
export const commandLine: ActorRef = { kind: "system", id: "command-line", name: "Command line" };

/** An event of one person's own chain. */
export function personEvent(
  type: AuditEventType,
  at: Date,
  actor: ActorRef,
  person: Pick<PersonRecord, "id" | "email">,
  detail: AuditEvent["detail"] = {},
): AuditEvent {
  const about = { personId: person.id, email: person.email };
  return {
    type,
    at,
    approvalId: null,
    actor,
    subject: `person:${person.id}`,
    detail: { ...about, ...detail },
  };
}

export function teamEvent(
  type: AuditEventType,
  at: Date,
  actor: ActorRef,
  team: { id: string; name: string },
  detail: AuditEvent["detail"] = {},
): AuditEvent {
  const about = { teamId: team.id, team: team.name };
  return { type, at, approvalId: null, actor, subject: `team:${team.id}`, detail: { ...about, ...detail } };
}

/** Throws PeopleRefusal. */
export async function findPerson(
  people: Pick<PeopleChanges, "find">,
  idOrEmail: string,
): Promise<PersonRecord> {
  const person = await people.find(idOrEmail);
  if (person === null) throw new PeopleRefusal("not_found", `There is no person ${idOrEmail}.`);
  return person;
}

/** Without an administrator nobody could make one in the page again. Throws PeopleRefusal. */
export async function keepOneAdministrator(people: PeopleChanges, person: PersonRecord): Promise<void> {
  if (person.role !== "administrator" || !person.isActive || (await people.countAdministrators()) > 1) return;
  throw new PeopleRefusal(
    "conflict",
    `${person.name} is the last active administrator: make somebody else one first.`,
  );
}
