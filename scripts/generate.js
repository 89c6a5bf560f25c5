// Generates the Prisma client. `prisma generate` insists on an engine binary that it then does not use, and would download it:
// any executable satisfies it.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

const prisma = createRequire(import.meta.url).resolve("prisma/build/index.js");
const { status } = spawnSync(process.execPath, [prisma, "generate"], {
  env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: "1" },
  stdio: ["ignore", "ignore", "inherit"],
});
process.exitCode = status ?? 1;
