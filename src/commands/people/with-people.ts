import { systemClock } from "../../adapters/clock.ts";
import { systemEntropy } from "../../adapters/entropy.ts";
import { scryptPasswords } from "../../adapters/people/passwords.ts";
import { createPeopleStore } from "../../adapters/postgres/people-store.ts";
import type { PeopleDeps } from "../../application/people/people-deps.ts";
import { withDatabase } from "../with-database.ts";

/** What commands about people and teams need. They work on the database itself, beside a running product too. */
export function withPeople<T>(
  environment: Readonly<Record<string, string | undefined>>,
  work: (deps: PeopleDeps) => Promise<T>,
): Promise<T> {
  return withDatabase(environment, (database) =>
    work({
      peopleStore: createPeopleStore(database, systemClock),
      passwords: scryptPasswords,
      clock: systemClock,
      entropy: systemEntropy,
    }),
  );
}
