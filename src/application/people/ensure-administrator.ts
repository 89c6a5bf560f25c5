import type { PeopleChanges } from "../ports/people-store.ts";
import { PeopleRefusal } from "./refusal.ts";
import { commandLine, findPerson, personEvent, type PeopleDeps } from "./people-deps.ts";

/**
 * Makes sure of one administrator who can sign in. Returns a fresh one-time password for as long as none of them has chosen a password
 * or come by an identity provider; null afterwards. Who has named `email` means that person: where another one is administrator and has
 * not signed in yet, PeopleRefusal tells it and nothing is changed.
 */
export async function ensureAdministrator(
  { peopleStore, passwords, clock, entropy }: PeopleDeps,
  email: string,
  { isNamed = false } = {},
): Promise<{ email: string; oneTimePassword: string } | null> {
  const oneTimePassword = passwords.makeOneTime();
  const hash = await passwords.hash(oneTimePassword);
  const [id, at] = [entropy.uuid(), clock.now()];
  return peopleStore.change(async (people) => {
    const known = (await people.administrators()).filter(({ isActive }) => isActive);
    if (known.some(({ passwordIsOneTime }) => !passwordIsOneTime)) return null;
    const [first] = known;
    if (isNamed && first !== undefined && first.email !== email.toLowerCase())
      throw new PeopleRefusal("conflict", alreadyAdministrator(first.email));
    const person = first ?? (await people.find(email));
    if (person === null) await create(people, { id, email: email.toLowerCase(), hash, at });
    else {
      await people.setPassword(person.id, hash, true);
      await people.setRole(person.id, "administrator");
      await people.setActive(person.id, null);
      const sessionsEnded = (await people.endSessions(person.id, null)).length;
      const detail = { role: "administrator", sessionsEnded };
      await people.record([personEvent("person.password_reset", at, commandLine, person, detail)]);
    }
    return { email: (await findPerson(people, person?.id ?? id)).email, oneTimePassword };
  });
}

function alreadyAdministrator(email: string): string {
  return `${email} is administrator already and has not chosen a password yet. Name that address to give them a new one-time password.`;
}

async function create(
  people: PeopleChanges,
  { id, email, hash, at }: { id: string; email: string; hash: string; at: Date },
): Promise<void> {
  const [name, role] = ["Administrator", "administrator"] as const;
  await people.add({ id, name, email, role, passwordHash: hash, at });
  await people.record([personEvent("person.created", at, commandLine, { id, email }, { name, role })]);
}
