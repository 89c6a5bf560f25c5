import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import type { MigrationList } from "@prisma/schema-engine-wasm";
import { projectFile } from "../../project-file.ts";
import { openSchemaEngine } from "./schema-engine.ts";

const nothingExternal = { externalTables: [], externalEnums: [] };

/**
 * Brings the database to the newest schema and returns the names of the migrations that it applied. Writes Prisma's own
 * `_prisma_migrations`, so `prisma migrate deploy` stays possible. Several processes may call it at once: the engine takes an
 * advisory lock. Throws with Prisma's own text when a migration fails.
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const migrationsList = await readMigrations();
  if (await isCurrent(databaseUrl, migrationsList)) return [];
  const { engine, close } = await openSchemaEngine(databaseUrl);
  try {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList,
      filters: nothingExternal,
    });
    return appliedMigrationNames;
  } finally {
    await close();
  }
}

/** Reads prisma/migrations as the engine wants it. */
export async function readMigrations(): Promise<MigrationList> {
  const baseDir = projectFile("prisma/migrations");
  const entries = await readdir(baseDir, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const migrationDirectories = await Promise.all(
    names.map(async (path) => ({
      path,
      migrationFile: {
        path: "migration.sql",
        content: { tag: "ok" as const, value: await readFile(join(baseDir, path, "migration.sql"), "utf8") },
      },
    })),
  );
  const lockfile = {
    path: "migration_lock.toml",
    content: await readFile(join(baseDir, "migration_lock.toml"), "utf8"),
  };
  return { baseDir, lockfile, shadowDbInitScript: "", migrationDirectories };
}

/** One cheap query spares the engine (and its 60 MB) at every start but the first. Throws if somebody else has to migrate. */
async function isCurrent(databaseUrl: string, { migrationDirectories }: MigrationList): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const names = await appliedOn(client);
    if (migrationDirectories.every(({ path }) => names.has(path))) return true;
    await refuseWhoMayNot(client);
    return false;
  } finally {
    await client.end();
  }
}

async function appliedOn(client: pg.Client): Promise<Set<string>> {
  const table = await client.query<{ exists: boolean }>(
    "select to_regclass('_prisma_migrations') is not null as exists",
  );
  if (table.rows[0]?.exists !== true) return new Set();
  const applied = await client.query<{ migration_name: string }>(
    "select migration_name from _prisma_migrations where finished_at is not null and rolled_back_at is null",
  );
  return new Set(applied.rows.map((row) => row.migration_name));
}

/** A command that runs as the role of `api` and `worker` finds a schema older than itself. */
async function refuseWhoMayNot(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ role: string }>(
    "select current_user as role from pg_namespace where nspname = 'public' and not has_schema_privilege(oid, 'CREATE')",
  );
  if (rows[0] === undefined) return;
  throw new Error(
    `The schema of the database is older than this version, and the role ${rows[0].role} may not change it: run \`countersign migrate\` as its owner.`,
  );
}
