import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import type * as SchemaEngineModule from "@prisma/schema-engine-wasm";
import { projectFile } from "../../project-file.ts";

export interface OpenEngine {
  engine: SchemaEngineModule.SchemaEngine;
  close(): Promise<void>;
}

/** The glue that wasm-bindgen made, which the package exports without types. */
interface Glue {
  SchemaEngine: typeof SchemaEngineModule.SchemaEngine;
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
}

const gluePath = "@prisma/schema-engine-wasm/schema_engine_bg";

/**
 * Prisma's own schema engine, in WebAssembly: there is no binary to download, so it works air-gapped. The package's entry imports
 * its .wasm file as a module, which Node 20 cannot; so it is loaded by hand, once: its glue keeps one instance in a variable.
 */
let loading: Promise<Glue> | null = null;

async function load(): Promise<Glue> {
  const glue = (await import(gluePath)) as Glue;
  const wasmFile = createRequire(import.meta.url)
    .resolve(gluePath)
    .replace(/\.js$/, ".wasm");
  const imports = { "./schema_engine_bg.js": glue as unknown as WebAssembly.ModuleImports };
  const { instance } = await WebAssembly.instantiate(await readFile(wasmFile), imports);
  glue.__wbg_set_wasm(instance.exports);
  (instance.exports["__wbindgen_start"] as () => void)();
  return glue;
}

/**
 * PrismaPg cuts a script at each semicolon, inside the body of a function too, and runs the pieces one by one. Sent whole, a migration
 * may hold functions and happens all or not at all.
 */
class WholeScripts extends PrismaPg {
  override async connect(): ReturnType<PrismaPg["connect"]> {
    const adapter = await super.connect();
    adapter.executeScript = async (sql) => void (await adapter.executeRaw({ sql, args: [], argTypes: [] }));
    return adapter;
  }
}

/** Opens the engine on a database. Whoever opens it closes it. */
export async function openSchemaEngine(databaseUrl: string): Promise<OpenEngine> {
  const glue = await (loading ??= load());
  const schemaFile = projectFile("prisma/schema.prisma");
  const pool = new pg.Pool({ connectionString: databaseUrl });
  const adapter = bindMigrationAwareSqlAdapterFactory(new WholeScripts(pool));
  const datamodel: [string, string] = [schemaFile, await readFile(schemaFile, "utf8")];
  const engine = await glue.SchemaEngine.new({ datamodels: [datamodel] }, () => undefined, adapter);
  return {
    engine,
    async close() {
      engine.free();
      await pool.end();
    },
  };
}
