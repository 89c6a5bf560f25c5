import { ensureAdministrator } from "../../application/people/ensure-administrator.ts";
import { ConfigError } from "../../config.ts";
import { withPeople } from "./with-people.ts";

export async function usersAdministratorCommand(
  environment: Readonly<Record<string, string | undefined>>,
  { email }: { email: string },
  print: (line: string) => void,
): Promise<void> {
  const made = await withPeople(environment, (deps) => ensureAdministrator(deps, email, { isNamed: true }));
  if (made === null) throw new ConfigError("There is an administrator who can sign in already.");
  print(`${made.email} ${made.oneTimePassword}`);
}
