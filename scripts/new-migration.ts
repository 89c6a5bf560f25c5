// `npm run migration -- NAME`: writes the next folder of prisma/migrations: what turns prisma/schema.prisma as it was committed last
// into the one in the work tree. (The engine in WebAssembly cannot read a live schema through `pg`, so two files are compared.)
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DiffTarget } from "@prisma/schema-engine-wasm";
import { openSchemaEngine } from "../src/adapters/postgres/schema-engine.ts";
import { projectFile } from "../src/project-file.ts";
import { startPostgres } from "../local/postgres.ts";

const name = process.argv[2];
if (name === undefined || !/^[a-z0-9_]+$/.test(name))
  throw new Error("usage: npm run migration -- name_in_small_letters");

const folder = await mkdtemp(join(tmpdir(), "countersign-migration-"));
const postgres = await startPostgres(folder, () => undefined);
const { engine, close } = await openSchemaEngine(postgres.url);
try {
  const { stdout } = await engine.diff({
    from: committedSchema(),
    to: datamodel(await readFile(projectFile("prisma/schema.prisma"), "utf8")),
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  const stamp = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  const target = projectFile(join("prisma/migrations", `${stamp}_${name}`));
  await mkdir(target);
  await writeFile(join(target, "migration.sql"), stdout ?? "");
  console.log(`written: ${target}/migration.sql; read it before you commit it`);
} finally {
  await close();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}

function committedSchema(): DiffTarget {
  try {
    return datamodel(
      execFileSync("git", ["show", "HEAD:prisma/schema.prisma"], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      }),
    );
  } catch {
    return { tag: "empty" };
  }
}

function datamodel(content: string): DiffTarget {
  return { tag: "schemaDatamodel", files: [{ path: "schema.prisma", content }] };
}
