import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Another living process has the folder. */
export class FolderTaken extends Error {
  override name = "FolderTaken";
  readonly owner: number;
  constructor(path: string, owner: number) {
    super(`the process ${owner} works on ${path}`);
    this.owner = owner;
  }
}

/**
 * Makes a folder, keeps it out of git, and takes it for this process. Returns how to give it back. Throws FolderTaken. The lock of a
 * process that was killed counts for nothing.
 */
export async function lockFolder(path: string): Promise<() => Promise<void>> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await writeFile(join(path, ".gitignore"), "*\n");
  const owner = await ownerOf(path);
  if (owner !== null) throw new FolderTaken(path, owner);
  const lock = lockFile(path);
  await rm(lock, { force: true });
  // "wx": of two that start at the same moment, one is refused.
  await writeFile(lock, await identityOf(process.pid), { flag: "wx" });
  return () => rm(lock, { force: true });
}

/** The living process that has the folder; null: none. */
export async function ownerOf(path: string): Promise<number | null> {
  const identity = (await readFile(lockFile(path), "utf8").catch(() => "")).trim();
  const pid = Number(identity.split(" ")[0]);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  return (await identityOf(pid)) === identity ? pid : null;
}

function lockFile(path: string): string {
  return join(path, "lock");
}

/** The number of a process and when it started: a number alone may be anybody's after a crash. */
async function identityOf(pid: number): Promise<string> {
  return `${pid} ${await startOf(pid)}`.trim();
}

/** It was killed, and whoever had started it has not asked for its end yet. */
function isDead(state: string): boolean {
  return /^[ZX]/u.test(state);
}

/** Empty: there is no such process, or it is dead. */
async function startOf(pid: number): Promise<string> {
  if (existsSync("/proc/self/stat")) {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    // The name in parentheses may hold blanks; the start, in ticks since the machine's own, is the 22nd field, the 20th after it.
    const [state = "", ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return isDead(state) ? "" : (fields[18] ?? "");
  }
  return new Promise((resolve) => {
    execFile("ps", ["-o", "stat=", "-o", "lstart=", "-p", String(pid)], (_error, stdout) => {
      const [, state = "", start = ""] = /^(\S+)\s+(.*)$/u.exec(stdout.trim()) ?? [];
      resolve(isDead(state) ? "" : start);
    });
  });
}
