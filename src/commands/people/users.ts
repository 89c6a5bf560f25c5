import { addPerson } from "../../application/people/add-person.ts";
import { changePerson, type PersonChange } from "../../application/people/change-person.ts";
import { commandLine } from "../../application/people/people-deps.ts";
import { resetPassword } from "../../application/people/reset-password.ts";
import { setIdentities } from "../../application/people/set-identities.ts";
import type { PersonRecord } from "../../application/ports/people-store.ts";
import type { Role } from "../../domain/actor.ts";
import { printable } from "../printable.ts";
import { withPeople } from "./with-people.ts";

type Environment = Readonly<Record<string, string | undefined>>;
type Print = (line: string) => void;

export interface AddOptions {
  email: string;
  name: string;
  role: Role;
  team: readonly string[];
  /** False with `--no-password`. */
  password: boolean;
}

export interface IdentityOptions {
  addEmail: readonly string[];
  removeEmail: readonly string[];
  addLogin: readonly string[];
  removeLogin: readonly string[];
}

export async function listUsers(environment: Environment, print: Print): Promise<void> {
  const people = await withPeople(environment, ({ peopleStore }) => peopleStore.list());
  for (const person of people) print(describe(person));
}

/** Prints address and one-time password, as `users administrator` does. */
export async function addUser(environment: Environment, options: AddOptions, print: Print): Promise<void> {
  const { email, name, role, team: teams, password: withPassword } = options;
  const { person, oneTimePassword } = await withPeople(environment, (deps) =>
    addPerson(deps, commandLine, { email, name, role, teams, withPassword }),
  );
  print(oneTimePassword === null ? person.email : `${person.email} ${oneTimePassword}`);
}

export async function changeUser(
  environment: Environment,
  email: string,
  change: PersonChange,
  print: Print,
): Promise<void> {
  const person = await withPeople(environment, (deps) => changePerson(deps, commandLine, email, change));
  print(describe(person));
}

export async function resetUser(environment: Environment, email: string, print: Print): Promise<void> {
  const reset = await withPeople(environment, (deps) => resetPassword(deps, commandLine, email));
  print(`${reset.email} ${reset.oneTimePassword}`);
}

export async function changeIdentities(
  environment: Environment,
  email: string,
  { addEmail, removeEmail, addLogin, removeLogin }: IdentityOptions,
  print: Print,
): Promise<void> {
  const without = (values: readonly string[], removed: readonly string[]) =>
    values.filter((value) => !removed.some((each) => each.toLowerCase() === value));
  const person = await withPeople(environment, (deps) =>
    setIdentities(deps, commandLine, email, ({ identities: { emails, logins } }) => ({
      emails: without([...emails, ...addEmail], removeEmail),
      logins: without([...logins, ...addLogin], removeLogin),
    })),
  );
  print(describe(person));
}

function describe(person: PersonRecord): string {
  const { email, name, role, isActive, signsInWith, teams, identities } = person;
  const more = [
    signsInWith.length === 0 ? "never signed in" : `by ${signsInWith.join(", ")}`,
    ...(teams.length === 0 ? [] : [`teams ${teams.join(", ")}`]),
    ...(identities.emails.length === 0 ? [] : [`commits as ${identities.emails.join(", ")}`]),
    ...(identities.logins.length === 0 ? [] : [`accounts ${identities.logins.join(", ")}`]),
  ];
  return printable(`${email}  ${role}${isActive ? "" : " (deactivated)"}  ${name}  ${more.join("; ")}`);
}
