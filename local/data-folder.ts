import { FolderTaken, lockFolder } from "./step-functions/journal/folder-lock.ts";
import { keptSecret } from "./step-functions/journal/kept-secret.ts";

export { ownerOf } from "./step-functions/journal/folder-lock.ts";
export { keptSecret };

/** The embedded default's folder (`COUNTERSIGN_DATA`): its database, its secrets, its log. */
export interface DataFolder {
  path: string;
  /** A secret that is made once and kept, readable by the owner alone. */
  secret(name: string): Promise<string>;
  release(): Promise<void>;
}

/** Opens the folder for one process. Throws if another living one has it: two would run two servers on one database. */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const release = await lockFolder(path).catch((error: unknown) => {
    if (!(error instanceof FolderTaken)) throw error;
    throw new Error(
      `Countersign already runs on ${path} (process ${error.owner}). Stop it, or give this one another folder with COUNTERSIGN_DATA.`,
      { cause: error },
    );
  });
  return { path, secret: (name) => keptSecret(path, name), release };
}
