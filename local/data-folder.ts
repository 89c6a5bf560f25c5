import { randomBytes } from "node:crypto";
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
  const lock = join(path, "lock");
  const owner = Number(await readFile(lock, "utf8").catch(() => ""));
  if (owner > 0 && owner !== process.pid && (await isCountersign(owner))) {
    throw new Error(
      `Countersign already runs on ${path} (process ${owner}). Stop it, or give this one another folder with COUNTERSIGN_DATA.`,
    );
  }
  await writeFile(lock, String(process.pid));
  return { path, secret: (name) => keptSecret(path, name), release: () => rm(lock, { force: true }) };
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

/** A number that was ours before a crash may be anybody's now. */
async function isCountersign(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => null);
  return command === null || /countersign|node|tsx/.test(command);
}
