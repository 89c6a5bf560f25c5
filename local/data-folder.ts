import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The embedded default's folder (`COUNTERSIGN_DATA`): its database, its secrets, its log. */
export interface DataFolder {
  path: string;
  /** A secret that is made once and kept, readable by the owner alone. */
  secret(name: string): Promise<string>;
  release(): Promise<void>;
}

/**
 * Opens the folder for one process. Throws if another living one has it: two would run two servers on one database. The lock of a
 * process that was killed counts for nothing.
 */
export async function openDataFolder(path: string): Promise<DataFolder> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await writeFile(join(path, ".gitignore"), "*\n");
  const owner = await ownerOf(path);
  if (owner !== null) {
    throw new Error(
      `Countersign already runs on ${path} (process ${owner}). Stop it, or give this one another folder with COUNTERSIGN_DATA.`,
    );
  }
  const lock = lockFile(path);
  await rm(lock, { force: true });
  // "wx": of two that start at the same moment, one is refused.
  await writeFile(lock, await identityOf(process.pid), { flag: "wx" });
  return { path, secret: (name) => keptSecret(path, name), release: () => rm(lock, { force: true }) };
}

/** The living process that has the folder; null: none. */
export async function ownerOf(path: string): Promise<number | null> {
  const identity = (await readFile(lockFile(path), "utf8").catch(() => "")).trim();
  const pid = Number(identity.split(" ")[0]);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  return (await identityOf(pid)) === identity ? pid : null;
}

export async function keptSecret(folder: string, name: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, name);
  const known = (await readFile(file, "utf8").catch(() => "")).trim();
  if (known !== "") return known;
  const secret = randomBytes(32).toString("base64url");
  await writeFile(file, `${secret}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
  return secret;
}

function lockFile(path: string): string {
  return join(path, "lock");
}

/** The number of a process and when it started: a number alone may be anybody's after a crash. */
async function identityOf(pid: number): Promise<string> {
  return `${pid} ${await startOf(pid)}`.trim();
}

async function startOf(pid: number): Promise<string> {
  if (existsSync("/proc/self/stat")) {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    // The name in parentheses may hold blanks; the start, in ticks since the machine's own, is the 22nd field, the 20th after it.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  }
  return new Promise((resolve) => {
    execFile("ps", ["-o", "lstart=", "-p", String(pid)], (_error, stdout) => resolve(stdout.trim()));
  });
}
