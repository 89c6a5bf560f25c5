import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import type * as SchemaEngineModule from "@prisma/schema-engine-wasm";
import { projectFile } from "../../project-file.ts";

export type SchemaEngine = SchemaEngineModule.SchemaEngine;

/** The glue that wasm-bindgen made, which the package exports without types. */
interface Glue {
  SchemaEngine: typeof SchemaEngineModule.SchemaEngine;
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
}

const gluePath = "@prisma/schema-engine-wasm/schema_engine_bg";

/**
 * Prisma's own schema engine, in WebAssembly: there is no binary to download, so it works air-gapped. The package's entry imports
 * its .wasm file as a module, which Node 20 cannot; so it is loaded by hand. The caller frees the engine.
 */
export async function openSchemaEngine(databaseUrl: string): Promise<SchemaEngine> {
  const glue = (await import(gluePath)) as Glue;
  const wasmFile = createRequire(import.meta.url).resolve(gluePath).replace(/\.js$/, ".wasm");
  const imports = { "./schema_engine_bg.js": glue as unknown as WebAssembly.ModuleImports };
  const { instance } = await WebAssembly.instantiate(await readFile(wasmFile), imports);
  glue.__wbg_set_wasm(instance.exports);
  (instance.exports["__wbindgen_start"] as () => void)();
  const schemaFile = projectFile("prisma/schema.prisma");
  const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString: databaseUrl }));
  return glue.SchemaEngine.new({ datamodels: [[schemaFile, await readFile(schemaFile, "utf8")]] }, () => undefined, adapter);
}
