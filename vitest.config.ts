import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/house/bad/**"],
    globalSetup: ["test/support/global-setup.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: "forks",
    // One more than cores: most tests wait for Postgres or a browser, which leaves enough for those.
    maxWorkers: availableParallelism() + 1,
    env: { COUNTERSIGN_LOG_LEVEL: "silent", AWS_EC2_METADATA_DISABLED: "true", NODE_NO_WARNINGS: "1" },
  },
});
