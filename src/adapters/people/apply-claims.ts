import type { PeopleChanges, PeopleStore, PersonRecord } from "../../application/ports/people-store.ts";
import type { Clock } from "../../application/ports/runtime.ts";
import type { Entropy } from "../../application/deps.ts";
import type { OidcConfig } from "../../contract/sign-in-config.ts";
import type { ActorRef } from "../../domain/actor.ts";
import type { AuditEvent, AuditEventType } from "../../domain/audit-event.ts";
import { rightsOf, type GroupRights } from "../../domain/group-rights.ts";
import type { Claims } from "./oidc-claims.ts";

export interface ClaimsDeps {
  peopleStore: PeopleStore;
  clock: Clock;
  entropy: Entropy;
}

/** What somebody's groups mean by the file. */
export function rightsBy(config: OidcConfig, claims: Claims): GroupRights {
  const { roles, teams } = config;
  const withoutRole = config.withoutRole ?? (Object.keys(roles).length > 0 ? "refuse" : "viewer");
  return rightsOf(claims.groups, { roles, teams, withoutRole });
}

/**
 * Gives a person who signs in what their groups mean, and takes away what they mean no more; how the provider knows them becomes an identity
 * in commits, unless it is somebody else's. `isNew`: this sign-in made the person, or linked the provider to them.
 */
export async function applyClaims(
  deps: ClaimsDeps,
  config: OidcConfig,
  { personId, claims, isNew }: { personId: string; claims: Claims; isNew: "person" | "link" | null },
): Promise<void> {
  const rights = rightsBy(config, claims);
  if (rights.kind === "refused") throw new Error("somebody was signed in whom the groups refuse");
  await deps.peopleStore.change(async (people) => {
    const person = await found(people, personId);
    const events = eventsFor(deps.clock.now(), config, person);
    if (isNew === "person")
      await events.tell(people, "person.created", { name: person.name, role: person.role });
    // Whoever comes by the provider needs none, and is not to be asked to choose another.
    if (person.passwordIsOneTime) await people.dropOneTimePassword(person.id);
    if (isNew === "link") await events.tell(people, "person.provider_linked", { provider: config.id });
    if (rights.role !== null && rights.role !== person.role) {
      await people.setRole(person.id, rights.role);
      await events.tell(people, "person.role_changed", { from: person.role, to: rights.role });
    }
    await applyTeams(deps, config, { people, person, teams: rights.teams });
    await applyIdentities(people, person, claims, (detail) =>
      events.tell(people, "person.identities_changed", detail),
    );
  });
}

/** Somebody whom the groups refuse from now on loses what they gave, and every session. */
export async function withdrawRights(deps: ClaimsDeps, config: OidcConfig, personId: string): Promise<void> {
  await deps.peopleStore.change(async (people) => {
    const person = await people.find(personId);
    if (person === null) return;
    const events = eventsFor(deps.clock.now(), config, person);
    if (person.role !== "viewer") {
      await people.setRole(person.id, "viewer");
      await events.tell(people, "person.role_changed", { from: person.role, to: "viewer" });
    }
    await applyTeams(deps, config, { people, person, teams: [] });
    for (const sessionId of await people.endSessions(person.id, null))
      await events.tell(people, "session.revoked", { sessionId });
  });
}

async function applyTeams(
  { clock, entropy }: ClaimsDeps,
  config: OidcConfig,
  { people, person, teams }: { people: PeopleChanges; person: PersonRecord; teams: readonly string[] },
): Promise<void> {
  const at = clock.now();
  const tell = (type: AuditEventType, team: { id: string; name: string }, isAbout: "member" | "team") =>
    people.record([
      {
        type,
        at,
        approvalId: null,
        actor: actorOf(config),
        subject: `team:${team.id}`,
        detail: {
          teamId: team.id,
          team: team.name,
          ...(isAbout === "member" ? { personId: person.id, email: person.email } : {}),
        },
      },
    ]);
  for (const given of await people.teamsFromGroups(person.id)) {
    if (teams.includes(given.name)) continue;
    await people.removeMember(given.id, person.id);
    await tell("team.member_removed", given, "member");
  }
  for (const name of teams) {
    const known = await people.findTeam(name);
    const team = known ?? { id: entropy.uuid(), name };
    if (known === null) {
      await people.addTeam({ ...team, at });
      await tell("team.created", team, "team");
    }
    if (await people.addMember(team.id, person.id, true)) await tell("team.member_added", team, "member");
  }
}

async function applyIdentities(
  people: PeopleChanges,
  person: PersonRecord,
  claims: Claims,
  tell: (detail: AuditEvent["detail"]) => Promise<void>,
): Promise<void> {
  const { identities } = person;
  const isFree = async (kind: "email" | "login", value: string) =>
    (await people.ownerOf(kind, value)) === null;
  const email = claims.emailIsVerified ? claims.email : null;
  const login = claims.login?.toLowerCase() ?? null;
  const next = {
    emails:
      email !== null && (await isFree("email", email)) ? [...identities.emails, email] : identities.emails,
    logins:
      login !== null && (await isFree("login", login)) ? [...identities.logins, login] : identities.logins,
  };
  if (next.emails === identities.emails && next.logins === identities.logins) return;
  await people.setIdentities(person.id, next);
  await tell({ from: identities, to: next });
}

/** The provider acts: nobody here has. */
function actorOf({ id, label }: OidcConfig): ActorRef {
  return { kind: "system", id: `identity-provider:${id}`, name: label ?? id };
}

function eventsFor(at: Date, config: OidcConfig, { id, email }: PersonRecord) {
  return {
    tell: (people: PeopleChanges, type: AuditEventType, detail: AuditEvent["detail"]) =>
      people.record([
        {
          type,
          at,
          approvalId: null,
          actor: actorOf(config),
          subject: `person:${id}`,
          detail: { personId: id, email, ...detail },
        },
      ]),
  };
}

async function found(people: PeopleChanges, personId: string): Promise<PersonRecord> {
  const person = await people.find(personId);
  if (person === null) throw new Error(`there is no person ${personId}`);
  return person;
}
