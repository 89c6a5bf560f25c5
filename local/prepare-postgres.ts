import { prepareDatabase } from "../src/commands/prepare-database.ts";

const role = "countersign_app";

/** The secret of the data folder that is the role's password. */
export const rolePasswordName = "database-password";

/**
 * Migrates the embedded Postgres as its owner and returns the address at which the product works: as a role that owns nothing and
 * can only add to the audit trail. `password` is the role's, kept in the data folder.
 */
export async function preparePostgres(
  ownerUrl: string,
  password: string,
  { holdsQueue }: { holdsQueue: boolean },
): Promise<string> {
  await prepareDatabase({ databaseUrl: ownerUrl, holdsQueue, role: { name: role, password } });
  return Object.assign(new URL(ownerUrl), { username: role, password }).toString();
}
