import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { startPostgres } from "../../local/postgres.ts";
import { prepareDatabase } from "../../src/commands/prepare-database.ts";
import { applicationRole } from "./application-role.ts";
import { findProgram } from "./find-program.ts";
import { startRedis } from "./redis-server.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** A migrated database that nobody connects to: the template of each test's own. */
    templateUrl: string;
    /** Null: there is no redis-server on this machine. */
    redisUrl: string | null;
    /** Null: there is no Chromium on this machine. */
    chromium: string | null;
  }
}

/**
 * One Postgres and one Redis for the whole run, both real. Where redis-server or Chromium is missing, the suites that want it are left
 * out, which is said in one line; with COUNTERSIGN_TESTS_COMPLETE=1 (as in CI) that is an error.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-test-"));
  const postgres = await startPostgres(join(folder, "postgres"), () => undefined, {
    // Each worker holds some products at a time, each with its pool.
    maxConnections: 200 * project.config.maxWorkers,
  });
  await hurry(postgres.url);
  // BullMQ's own tables, too: making them takes longer than copying them.
  await prepareDatabase({ databaseUrl: postgres.url, holdsQueue: true, role: applicationRole });
  const redisProgram = findProgram("redis-server");
  const chromium = findProgram("chromium") ?? findProgram("chromium-browser") ?? findProgram("google-chrome");
  const redis = redisProgram === null ? null : await startRedis(redisProgram, folder);
  tellWhatIsMissing({ "redis-server": redisProgram, chromium });
  project.provide("templateUrl", postgres.url);
  project.provide("redisUrl", redis?.url ?? null);
  project.provide("chromium", chromium);
  return async () => {
    await redis?.stop();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

/** What a crash of this server would lose, nobody wants back: tests that crash a server bring their own. */
async function hurry(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const setting of ["fsync", "synchronous_commit", "full_page_writes"])
    await client.query(`alter system set ${setting} = off`);
  // A password's hash is slow on purpose, and each connection of each test would pay for it.
  await client.query("alter system set scram_iterations = 1");
  await client.query("select pg_reload_conf()");
  await client.query("set scram_iterations = 1");
  const { username, password } = new URL(url);
  await client.query(`alter user ${pg.escapeIdentifier(username)} password ${pg.escapeLiteral(password)}`);
  await client.end();
}

function tellWhatIsMissing(programs: Record<string, string | null>): void {
  const missing = Object.keys(programs).filter((name) => programs[name] === null);
  if (missing.length === 0) return;
  const message = `left out: the suites that want ${missing.join(" and ")}; on Debian \`apt-get install ${missing.join(" ")}\` brings them in`;
  if (process.env["COUNTERSIGN_TESTS_COMPLETE"] === "1") throw new Error(message);
  console.warn(message);
}
