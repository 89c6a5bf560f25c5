import { chmod, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Postgres refuses to run as root, so under root the server runs as the system's user `postgres`, who must be able to pass
 * through every folder above its data and its programs. A folder of root's that is closed to others (as `mktemp -d` and /root are)
 * is opened for passing, not for reading (`o+x`); each such folder is returned, so that the person can be told.
 */
export async function openPathForPostgres(path: string): Promise<string[]> {
  if (process.getuid?.() !== 0) return [];
  const opened: string[] = [];
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode } = await stat(folder);
    if ((mode & 0o001) === 0) {
      await chmod(folder, (mode & 0o7777) | 0o001);
      opened.push(folder);
    }
    if (folder === dirname(folder)) return opened;
  }
}
