// Builds everything that runs: the Prisma client, dist/{src,workers,local} and the pages in dist/web.
// `--if-stale`: only if a source is newer than the last build (or there is none); `npm start` and `npm test` call it so.
import { spawnSync } from "node:child_process";
import { readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "dist");
// Built beside and put in place whole: a build that fails leaves the last good one.
const next = join(root, "dist.next");
const stamp = ".built";
const sources = [
  "src",
  "workers",
  "local",
  "web",
  "prisma",
  "scripts",
  "package-lock.json",
  "tsconfig.json",
  "tsconfig.build.json",
];
const require = createRequire(import.meta.url);

if (process.argv.includes("--if-stale") && !isStale()) process.exit(0);
rmSync(next, { recursive: true, force: true });
const startedAt = new Date();
run("the Prisma client", join(root, "scripts/generate.js"));
run("dist", require.resolve("typescript/bin/tsc"), "-p", "tsconfig.build.json", "--outDir", next);
run(
  "the pages",
  join(dirname(require.resolve("vite/package.json")), "bin/vite.js"),
  "build",
  "--config",
  "web/vite.config.ts",
  "--outDir",
  join(next, "web"),
  "--logLevel",
  "warn",
);
writeFileSync(join(next, stamp), "");
// A source that was saved while the build ran counts as newer.
utimesSync(join(next, stamp), startedAt, startedAt);
rmSync(dist, { recursive: true, force: true });
renameSync(next, dist);

function run(what, ...command) {
  const { status } = spawnSync(process.execPath, command, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status === 0) return;
  console.error(`build: ${what} could not be built`);
  process.exit(1);
}

function isStale() {
  const built = statSync(join(dist, stamp), { throwIfNoEntry: false });
  return built === undefined || sources.some((source) => newest(join(root, source)) > built.mtimeMs);
}

function newest(path) {
  const info = statSync(path, { throwIfNoEntry: false });
  if (info === undefined || path.endsWith("generated")) return 0;
  if (!info.isDirectory()) return info.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}
