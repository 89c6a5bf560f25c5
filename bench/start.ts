import { setTimeout as delay } from "node:timers/promises";
import { bareNode } from "./support/bare-node.ts";
import { createInstallation } from "./support/product-process.ts";
import { median, report } from "./support/report.ts";

const installations = 3;
const startsAfterTheFirst = 3;
/** After so long nothing of the start is under way any more. */
const idleMs = 20_000;

/** From `npm start` (installed and built) to a page that can be used, and what the idle process then holds, Postgres aside. */
export async function start(): Promise<boolean> {
  const bare = [await bareNode(), await bareNode(), await bareNode()];
  const first: number[] = [];
  const after: number[] = [];
  const idleAfterFirst: number[] = [];
  const idle: number[] = [];
  for (let count = 0; count < installations; count += 1) {
    await using installation = await createInstallation();
    for (let starts = 0; starts <= startsAfterTheFirst; starts += 1) {
      const product = await installation.start();
      (starts === 0 ? first : after).push(product.readyMs / 1000);
      // The first start migrates, which takes memory of its own; the last one is what runs on.
      const watched = starts === 0 ? idleAfterFirst : starts === startsAfterTheFirst ? idle : null;
      if (watched !== null) {
        await delay(idleMs);
        watched.push(await product.residentMb());
      }
      await product.stop();
    }
  }
  const startS = median(bare.map((each) => each.startS));
  const residentMb = median(bare.map((each) => each.residentMb));
  return [
    report({ what: "first start", values: first, unit: "s", limit: 8, bare: startS }),
    report({ what: "start after that", values: after, unit: "s", limit: 4, bare: startS }),
    report({
      what: "idle after first start",
      values: idleAfterFirst,
      unit: "MB",
      limit: 250,
      bare: residentMb,
    }),
    report({ what: "idle after a later start", values: idle, unit: "MB", limit: 250, bare: residentMb }),
  ].every(Boolean);
}
