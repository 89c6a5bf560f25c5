import { migrate } from "../adapters/postgres/migrate.ts";
import { ConfigError, parseConfig } from "../config.ts";

export async function migrateCommand(
  environment: Readonly<Record<string, string | undefined>>,
  print: (line: string) => void,
): Promise<void> {
  const { databaseUrl } = parseConfig(environment, { embedded: true });
  if (databaseUrl === null)
    throw new ConfigError("DATABASE_URL is missing: which database? (`countersign start` migrates its own.)");
  const applied = await migrate(databaseUrl);
  print(applied.length === 0 ? "the schema is current" : `applied ${applied.join(", ")}`);
}
