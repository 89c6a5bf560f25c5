import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { openDatabase, type Database } from "../adapters/postgres/database.ts";
import { migrate } from "../adapters/postgres/migrate.ts";
import { ConfigError, parseConfig } from "../config.ts";
import { reachDatabase } from "./reach-database.ts";

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
      : await givenDatabase(config.databaseUrl);
  const database = openDatabase(found.url);
  try {
    return await work(database);
  } finally {
    await database.close();
    await found.stop();
  }
}

/** COUNTERSIGN_SECRET, else the one that `countersign start` keeps in its data folder; null: neither is at hand. */
export async function secretAtHand(environment: Environment): Promise<string | null> {
  const { secret, databaseUrl, dataFolder } = parseConfig(environment, { embedded: true });
  if (secret !== null || databaseUrl !== null) return secret;
  if (!existsSync(join(dataFolder, "secret"))) return null;
  const { keptSecret } = await import("../../local/data-folder.ts");
  return keptSecret(dataFolder, "secret");
}

/** How long a product that is just starting, or under load, may take to answer. */
const ownerWaitMs = 20_000;

interface Found {
  url: string;
  stop: () => Promise<void>;
}

async function givenDatabase(url: string): Promise<Found> {
  await reachDatabase(url, migrate(url));
  return { url, stop: async () => undefined };
}

/** Migrated as its owner, and worked on as the product does. */
async function embeddedDatabase(dataFolder: string): Promise<Found> {
  // Loaded only here: an image for production has no embedded Postgres.
  const { keptSecret } = await import("../../local/data-folder.ts");
  const { preparePostgres, rolePasswordName } = await import("../../local/prepare-postgres.ts");
  const { ownerUrl, stop } = await embeddedServer(dataFolder);
  try {
    const password = await keptSecret(dataFolder, rolePasswordName);
    return { url: await preparePostgres(ownerUrl, password, { holdsQueue: false }), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function embeddedServer(dataFolder: string): Promise<{ ownerUrl: string; stop: () => Promise<void> }> {
  const { findRunningPostgres, startPostgres } = await import("../../local/postgres.ts");
  const { openDataFolder, ownerOf } = await import("../../local/data-folder.ts");
  const folder = join(dataFolder, "postgres");
  // A folder that was meant is most often there already.
  if (!existsSync(folder))
    process.stderr.write(
      `There was no Countersign in ${dataFolder}: its database is made there now. Another one is named by COUNTERSIGN_DATA or DATABASE_URL.\n`,
    );
  const deadline = Date.now() + ownerWaitMs;
  // The server belongs to whoever has the folder: a command beside it waits, and neither starts nor stops one.
  for (let owner = await ownerOf(dataFolder); owner !== null; owner = await ownerOf(dataFolder)) {
    const ownerUrl = await findRunningPostgres(folder);
    if (ownerUrl !== null) return { ownerUrl, stop: async () => undefined };
    if (Date.now() > deadline)
      throw new ConfigError(
        `Countersign has ${dataFolder} (process ${owner}), and its database does not answer.`,
      );
    await delay(200);
  }
  const owned = await openDataFolder(dataFolder);
  const server = await startPostgres(folder, () => undefined);
  return {
    ownerUrl: server.url,
    async stop() {
      await server.stop();
      await owned.release();
    },
  };
}
