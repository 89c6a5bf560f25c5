import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chown, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { freePort } from "./free-port.ts";
import { stopLeftOver } from "./left-over-postgres.ts";
import { openPathForPostgres } from "./open-path-for-postgres.ts";
import { findPostgresPrograms, type PostgresPrograms } from "./postgres-programs.ts";
import { postgresUser, type RunAs } from "./postgres-user.ts";

const user = "countersign";
const database = "countersign";

export interface RunningPostgres {
  url: string;
  /** Folders that were opened for the user postgres to pass through (`chmod o+x`); only under root. */
  opened: readonly string[];
  /** Resolves when the server ends although nobody stopped it. */
  brokeDown: Promise<void>;
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** Taken if it is free. */
  preferredPort?: number;
  maxConnections?: number;
}

type Log = (line: string) => void;

/**
 * A real Postgres server from npm, its data in `folder` (kept across starts), on a free port of the loopback. Works as root too, then
 * running as the system's user `postgres`. A server that a killed process left behind on this folder is stopped first.
 */
export async function startPostgres(
  folder: string,
  log: Log,
  { preferredPort = 0, maxConnections = 100 }: PostgresOptions = {},
): Promise<RunningPostgres> {
  await mkdir(folder, { recursive: true, mode: 0o711 });
  const dataFolder = join(folder, "data");
  const programs = await findPostgresPrograms();
  const runAs = await postgresUser();
  const opened = [...(await openPathForPostgres(folder)), ...(await openPathForPostgres(programs.folder))];
  await stopLeftOver(dataFolder);
  const password = await passwordOf(folder);
  if (!existsSync(initialisedMark(folder))) await initialise(programs, runAs, folder, dataFolder, log);
  const port = await freePort(preferredPort);
  const server = await launch(programs, runAs, dataFolder, { port, maxConnections }, log);
  const urlOf = (name: string) => `postgresql://${user}:${password}@127.0.0.1:${port}/${name}`;
  await createDatabaseIfMissing(urlOf("postgres"));
  const url = urlOf(database);
  await writeFile(urlFile(folder), url, { mode: 0o600 });
  let isStopping = false;
  return {
    url,
    opened,
    brokeDown: new Promise((resolve) => server.once("exit", () => (isStopping ? undefined : resolve()))),
    async stop() {
      isStopping = true;
      await rm(urlFile(folder), { force: true });
      await stopServer(server);
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
const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "shared_buffers=64MB"];

/** The server needs none of our secrets, and what it does not have it cannot tell. */
const bareEnvironment = { PATH: "/usr/bin:/bin", LANG: "C", TZ: "UTC" };

const startTimeoutMs = 60_000;
const stopTimeoutMs = 5_000;

function urlFile(folder: string): string {
  return join(folder, "url");
}

/** Stands in the folder once initdb has finished: without it, the data folder is the rest of one that was cut off and holds nothing. */
function initialisedMark(folder: string): string {
  return join(folder, "initialised");
}

async function passwordOf(folder: string): Promise<string> {
  const file = join(folder, "password");
  const known = await readFile(file, "utf8").catch(() => null);
  if (known !== null) return known;
  const password = randomBytes(24).toString("base64url");
  await writeFile(file, password, { mode: 0o600 });
  return password;
}

async function initialise(
  { initdb }: PostgresPrograms,
  runAs: RunAs,
  folder: string,
  dataFolder: string,
  log: Log,
): Promise<void> {
  await rm(dataFolder, { recursive: true, force: true });
  await mkdir(dataFolder, { mode: 0o700 });
  const passwordFile = join(folder, "password");
  if (runAs.uid !== undefined) {
    await chown(dataFolder, runAs.uid, runAs.gid);
    await chown(passwordFile, runAs.uid, runAs.gid);
  }
  const options = [
    `--pgdata=${dataFolder}`,
    `--username=${user}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--no-locale",
  ];
  const child = spawn(initdb, options, { ...runAs, env: bareEnvironment, stdio: ["ignore", "pipe", "pipe"] });
  const lines = forward(child, log);
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0)
    throw new Error(`The embedded Postgres could not be initialised in ${folder}: ${lines.last()}`);
  await writeFile(initialisedMark(folder), "");
}

async function launch(
  { postgres }: PostgresPrograms,
  runAs: RunAs,
  dataFolder: string,
  { port, maxConnections }: { port: number; maxConnections: number },
  log: Log,
): Promise<ChildProcess> {
  const all = [`port=${port}`, `max_connections=${maxConnections}`, ...settings];
  const options = ["-D", dataFolder, ...all.flatMap((setting) => ["-c", setting])];
  // A process group of its own: Ctrl-C in a terminal goes to every process of ours, and the database must outlive the draining.
  const child = spawn(postgres, options, {
    ...runAs,
    env: bareEnvironment,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines = forward(child, log);
  const ready = lines.until("database system is ready to accept connections");
  const ended = once(child, "exit").then(() => "ended" as const);
  const outcome = await Promise.race([ready, ended, delay(startTimeoutMs, "late" as const, { ref: false })]);
  if (outcome === "ready") return child;
  child.kill("SIGQUIT");
  throw new Error(`The embedded Postgres on ${dataFolder} did not start: ${lines.last()}`);
}

async function createDatabaseIfMissing(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query("select 1 from pg_database where datname = $1", [database]);
    if (rowCount === 0) await client.query(`create database ${database}`);
  } finally {
    await client.end();
  }
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, "exit");
  // SIGINT is Postgres' fast shutdown: it ends sessions and writes everything down.
  server.kill("SIGINT");
  // One that cannot end in order is ended at once; its next start recovers from the log.
  const late = setTimeout(() => server.kill("SIGQUIT"), stopTimeoutMs);
  await ended;
  clearTimeout(late);
}

/** Hands a child's lines to the log; keeps the last one for an error message. */
function forward(child: ChildProcess, log: Log) {
  let last = "it said nothing";
  const waiting: { text: string; found: () => void }[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      last = chunk.trim().split("\n").at(-1) ?? last;
      log(chunk.trimEnd());
      for (const { text, found } of waiting) if (chunk.includes(text)) found();
    });
  }
  child.on("error", (error) => {
    last = error.message;
  });
  return {
    last: () => last,
    until: (text: string) =>
      new Promise<"ready">((resolve) => waiting.push({ text, found: () => resolve("ready") })),
  };
}
