import { ConfigError, parseConfig } from "../config.ts";
import { reachDatabase } from "./reach-database.ts";
import { prepareDatabase } from "./prepare-database.ts";

export async function migrateCommand(
  environment: Readonly<Record<string, string | undefined>>,
  print: (line: string) => void,
): Promise<void> {
  const { databaseUrl, redisUrl, databaseRole } = parseConfig(environment, { embedded: true });
  if (databaseUrl === null)
    throw new ConfigError("DATABASE_URL is missing: which database? (`countersign start` migrates its own.)");
  const role = databaseRole === null ? null : { name: databaseRole, password: null };
  const preparing = prepareDatabase({ databaseUrl, holdsQueue: redisUrl === null, role });
  const applied = await reachDatabase(databaseUrl, preparing);
  print(applied.length === 0 ? "the schema is current" : `applied ${applied.join(", ")}`);
  if (role !== null)
    print(`${role.name} has its rights: it may add to the audit trail and change nothing in it`);
}
