// An endpoint in a process of its own that tells what it holds, garbage collected first (node --expose-gc).
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startStepFunctions } from "../../local/step-functions/server.ts";

const journalFolder = await mkdtemp(join(tmpdir(), "countersign-bench-"));
const endpoint = await startStepFunctions({ journalFolder });

process.on("message", (message) => {
  if (message === "measure") {
    for (let count = 0; count < 3; count += 1) gc?.();
    const { rss, heapUsed } = process.memoryUsage();
    process.send?.({ residentMb: rss / 2 ** 20, heapMb: heapUsed / 2 ** 20 });
  } else
    void endpoint
      .close()
      .then(() => rm(journalFolder, { recursive: true, force: true }))
      .then(() => process.exit());
});
process.send?.({ url: endpoint.url });
