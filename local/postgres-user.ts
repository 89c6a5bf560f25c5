import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Whom the server runs as; empty: as ourselves. */
export type RunAs = { uid: number; gid: number } | Record<string, never>;

/** Postgres refuses to run as root: then it runs as the system's user `postgres`, who is made if missing. */
export async function postgresUser(): Promise<RunAs> {
  if (process.getuid?.() !== 0) return {};
  return (await lookUp()) ?? (await make());
}

async function lookUp(): Promise<{ uid: number; gid: number } | null> {
  try {
    const [uid, gid] = await Promise.all([run("id", ["-u", "postgres"]), run("id", ["-g", "postgres"])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return null;
  }
}

async function make(): Promise<{ uid: number; gid: number }> {
  try {
    await run("useradd", [
      "--system",
      "--user-group",
      "--no-create-home",
      "--shell",
      "/usr/sbin/nologin",
      "postgres",
    ]);
  } catch (error) {
    throw new Error(
      "Postgres does not run as root, and the user postgres could not be made. Start Countersign as an ordinary user, or set DATABASE_URL.",
      { cause: error },
    );
  }
  const made = await lookUp();
  if (made === null) throw new Error("The user postgres was made but cannot be found.");
  return made;
}
