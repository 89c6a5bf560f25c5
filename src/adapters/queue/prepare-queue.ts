import {
  LATEST_SCHEMA_VERSION,
  SchemaMigrationRequiredError,
  assertSchemaCompatibility,
  runMigrations,
} from "bullmq";
import pg from "pg";
import { bullmqNames } from "./job-queue.ts";
import { postgresSchema } from "./postgres-backend.ts";

/**
 * Makes what BullMQ keeps in Postgres, as the owner of the database: whoever works with it needs no right to create anything. Safe to
 * repeat and to call at once; nothing is made where everything is there.
 */
export async function prepareQueue(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    if ((await versionOf(client)) < LATEST_SCHEMA_VERSION) await runMigrations(client, postgresSchema);
    // BullMQ makes a queue's sequence of ids when it is first asked for one, which would need the right to create.
    await client.query(
      `select ${postgresSchema}.next_job_id(name) from unnest($1::text[]) as name
       where to_regclass('${postgresSchema}.' || ${postgresSchema}.job_id_seq_name(name)) is null`,
      [bullmqNames],
    );
  } finally {
    await client.end();
  }
}

/** 0: there is nothing yet. */
async function versionOf(client: pg.Client): Promise<number> {
  try {
    return await assertSchemaCompatibility(client, postgresSchema);
  } catch (error) {
    if (error instanceof SchemaMigrationRequiredError) return 0;
    throw error;
  }
}
