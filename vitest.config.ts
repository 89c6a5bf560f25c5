import { statfsSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { defineConfig } from "vitest/config";

// Each test has a database of its own; on a disk, making them all would take longer than anything else.
process.env["TMPDIR"] ??= isRoomy("/dev/shm") ? "/dev/shm" : tmpdir();

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/house/bad/**"],
    globalSetup: ["test/support/global-setup.ts"],
    // What hangs, hangs for good; what is only slow, because a machine is, must not fail for it.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    pool: "forks",
    // Modules are loaded once by each worker, not once by each file.
    isolate: false,
    // One more than cores: most tests wait for Postgres or a browser, which leaves enough for those.
    maxWorkers: availableParallelism() + 1,
    env: { COUNTERSIGN_LOG_LEVEL: "silent", AWS_EC2_METADATA_DISABLED: "true", NODE_NO_WARNINGS: "1" },
  },
});

/** In a container, this folder often has 64 MB. */
function isRoomy(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize > 4 * 2 ** 30;
  } catch {
    return false;
  }
}
