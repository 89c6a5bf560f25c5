// `npm run bench` runs every bench, `npm run bench -- start` the named ones. The exit code is 1 when a limit is broken.
import { decision } from "./decision.ts";
import { fleet } from "./fleet.ts";
import { heartbeats } from "./heartbeats.ts";
import { queries } from "./queries.ts";
import { sfn } from "./sfn.ts";
import { start } from "./start.ts";

const benches: Record<string, () => Promise<boolean>> = { start, sfn, fleet, heartbeats, queries, decision };

const named = process.argv.slice(2);
const unknown = named.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`there is no bench ${unknown.join(", ")}; there are: ${Object.keys(benches).join(", ")}`);
  process.exit(1);
}
let allKept = true;
for (const [name, bench] of Object.entries(benches)) {
  if (named.length > 0 && !named.includes(name)) continue;
  console.log(`${name}:`);
  allKept = (await bench()) && allKept;
}
process.exitCode = allKept ? 0 : 1;
