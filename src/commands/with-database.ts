import { join } from "node:path";
import { openDatabase, type Database } from "../adapters/postgres/database.ts";
import { migrate } from "../adapters/postgres/migrate.ts";
import { parseConfig } from "../config.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Runs `work` on the database that a command is about: DATABASE_URL, else the one of a running `countersign start` on the data folder,
 * else that folder's own, started for as long as the command takes.
 */
export async function withDatabase<T>(
  environment: Environment,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const config = parseConfig(environment, { embedded: true });
  const found =
    config.databaseUrl === null
      ? await embeddedDatabase(config.dataFolder)
      : { url: config.databaseUrl, stop: async () => undefined };
  const database = openDatabase(found.url);
  try {
    await migrate(found.url);
    return await work(database);
  } finally {
    await database.close();
    await found.stop();
  }
}

async function embeddedDatabase(dataFolder: string): Promise<{ url: string; stop: () => Promise<void> }> {
  // Loaded only here: an image for production has no embedded Postgres.
  const { findRunningPostgres, startPostgres } = await import("../../local/postgres.ts");
  const folder = join(dataFolder, "postgres");
  const url = await findRunningPostgres(folder);
  return url === null ? startPostgres(folder, () => undefined) : { url, stop: async () => undefined };
}
