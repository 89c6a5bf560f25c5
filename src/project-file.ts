import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The absolute path of a file that is part of the package (migrations, schema, built pages), whether this code runs from
 * its sources or from `dist/`.
 */
export function projectFile(relativePath: string): string {
  return join(projectRoot, relativePath);
}

const projectRoot = findRoot(dirname(fileURLToPath(import.meta.url)));

function findRoot(folder: string): string {
  if (existsSync(join(folder, "package.json"))) return folder;
  const parent = dirname(folder);
  if (parent === folder)
    throw new Error("Countersign cannot find its own package.json; was a part of it moved?");
  return findRoot(parent);
}
