import { createPeople } from "../adapters/people/people.ts";
import { ConfigError, parseConfig } from "../config.ts";
import { withDatabase } from "./with-database.ts";

export async function usersAdministratorCommand(
  environment: Readonly<Record<string, string | undefined>>,
  { email }: { email: string },
  print: (line: string) => void,
): Promise<void> {
  const { secret, publicUrl } = parseConfig(environment, { embedded: true });
  if (secret === null)
    throw new ConfigError(
      "COUNTERSIGN_SECRET is missing: use the one of `countersign api` (`countersign start` makes its administrator itself).",
    );
  const url = publicUrl ?? "http://127.0.0.1:3000";
  const made = await withDatabase(environment, (database) =>
    createPeople(database, { secret, publicUrl: url, origins: [url] }).ensureAdministrator(email),
  );
  if (made === null) throw new ConfigError("There is an administrator who has chosen a password already.");
  print(`${made.email} ${made.oneTimePassword}`);
}
