// `npm run chaos`, `npm run chaos -- --seed 7`: the long form. The exit code is 1 when a promise is broken.
import { parseArgs } from "node:util";
import { findProgram } from "../support/find-program.ts";
import { longPlan, shortPlan } from "./plan.ts";
import { runChaos } from "./run-chaos.ts";

const { values } = parseArgs({
  options: { seed: { type: "string" }, short: { type: "boolean", default: false } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const plan = (values.short ? shortPlan : longPlan)(seed);
const redisProgram = findProgram("redis-server");
console.log(`chaos with seed ${seed}: ${plan.approvals} approvals, ${plan.workers} workers`);
if (redisProgram === null) console.log("there is no redis-server on this machine: BullMQ on Postgres");
// Whatever hangs, it hangs no longer than this.
const late = setTimeout(() => {
  console.error(`chaos did not end within ${plan.limitMs} ms`);
  process.exit(1);
}, plan.limitMs);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
const { verdicts, summary } = await runChaos(plan, redisProgram, console.log);
clearTimeout(late);
for (const [what, value] of Object.entries(summary)) console.log(`${what}: ${JSON.stringify(value)}`);
for (const { invariant, checked, excused, violations } of verdicts) {
  const because = Object.entries(excused).map(([why, count]) => `${count} × ${why}`);
  console.log(
    `${violations.length === 0 ? "holds " : "BROKEN"}  ${invariant}: ${checked} checked${because.length === 0 ? "" : ` (${because.join(", ")})`}`,
  );
  for (const violation of violations.slice(0, 20)) console.log(`        ${violation}`);
  if (violations.length > 20) console.log(`        and ${violations.length - 20} more`);
}
process.exit(verdicts.every(({ violations }) => violations.length === 0) ? 0 : 1);
