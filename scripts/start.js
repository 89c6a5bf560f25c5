// `npm start`: builds if a source is newer than the last build, then is the product itself: one process, so that a signal sent to it
// reaches what must stop in order.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const { status } = spawnSync(
  process.execPath,
  [fileURLToPath(new URL("build.js", import.meta.url)), "--if-stale"],
  { stdio: ["ignore", "inherit", "inherit"] },
);
if (status !== 0) process.exit(status ?? 1);
process.argv.push("start");
await import("../bin/countersign.js");
