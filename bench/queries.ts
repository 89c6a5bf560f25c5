import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { pino } from "pino";
import { startPostgres } from "../local/postgres.ts";
import { systemClock } from "../src/adapters/clock.ts";
import { createSigningKey } from "../src/adapters/crypto/signing-key.ts";
import { createForms } from "../src/adapters/forms/forms.ts";
import { systemEntropy } from "../src/adapters/entropy.ts";
import { openDatabase, type Database } from "../src/adapters/postgres/database.ts";
import { migrate } from "../src/adapters/postgres/migrate.ts";
import { createCheckStore } from "../src/adapters/postgres/check-store.ts";
import { createSigner } from "../src/adapters/crypto/signer.ts";
import { fillStore, workloadOf, type Workload } from "../test/support/large-store.ts";
import { planOf, recordStatements } from "../test/support/record-statements.ts";

const approvals = 1_000_000;
const rounds = 300;
const warmUp = 100;
const limitMs = 10;
/** A text of which every trigram stands in every row is the hardest question of all, and nobody asks it a hundred times a second. */
const searchLimitMs = 100;

/**
 * What the store takes for everyday questions with a million approvals of which a tenth is pending. With the environment variable
 * COUNTERSIGN_PLANS, the plans are written to that file.
 */
export async function queries(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-bench-queries-"));
  const postgres = await startPostgres(folder, () => undefined);
  try {
    await migrate(postgres.url);
    const database = openDatabase(postgres.url);
    const startedAt = performance.now();
    await fillStore(postgres.url, approvals);
    await database.client.$executeRaw`checkpoint`;
    console.log(
      `      ${approvals} approvals written in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`,
    );
    const workload = await workloadOf(database, decideDeps(database));
    const bareMs = percentiles(await times(() => database.client.$queryRaw`select 1`));
    console.log(
      `      select 1: median ${bareMs.median.toFixed(2)} ms, 99th percentile ${bareMs.most.toFixed(2)} ms`,
    );
    const kept: boolean[] = [];
    for (const [name, work] of Object.entries(workload)) kept.push(await measure(name, work));
    const file = process.env["COUNTERSIGN_PLANS"];
    if (file !== undefined) await writeFile(file, await plansOf(postgres.url, workload));
    await database.close();
    return kept.every(Boolean);
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function decideDeps(database: Database) {
  return {
    checks: createCheckStore(database),
    forms: createForms(),
    bell: { ring: () => Promise.resolve(true) },
    activities: new Map(),
    clock: systemClock,
    entropy: systemEntropy,
    log: pino({ level: "silent" }),
    signer: createSigner(
      createSigningKey("the secret of the bench, long enough", null),
      [],
      "http://127.0.0.1:3000",
    ),
  };
}

async function measure(name: string, work: () => Promise<unknown>): Promise<boolean> {
  const { median, most } = percentiles(await times(work));
  const limit = name.startsWith("list, a text") ? searchLimitMs : limitMs;
  const kept = most <= limit;
  console.log(
    `${kept ? "ok  " : "OVER"}  ${name.padEnd(36)} median ${median.toFixed(2)} ms, 99th percentile ${most.toFixed(2)} ms (limit ${limit} ms)`,
  );
  return kept;
}

async function times(work: () => Promise<unknown>): Promise<number[]> {
  const all: number[] = [];
  for (let round = 0; round < rounds + warmUp; round += 1) {
    const startedAt = performance.now();
    await work();
    if (round >= warmUp) all.push(performance.now() - startedAt);
  }
  return all.sort((a, b) => a - b);
}

function percentiles(sorted: readonly number[]) {
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? NaN;
  return { median: at(0.5), most: at(0.99) };
}

const introduction = `# How Postgres answers what is asked all day

The plans of each statement that \`npm run bench -- queries\` times, with ${approvals} approvals of which a tenth is pending. No table that
grows is read from end to end; \`test/adapters/query-plans.test.ts\` sees to it. (\`call_budget\` has a handful of rows, all in one page.)
Written by \`COUNTERSIGN_PLANS=docs/query-plans.md npm run bench -- queries\`.
`;

async function plansOf(url: string, workload: Workload): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const parts = [introduction];
  for (const [name, work] of Object.entries(workload)) {
    parts.push(`## ${name}\n`);
    for (const statement of await recordStatements(work)) {
      const text = statement.text.replace(/\s+/g, " ").trim();
      const shown = text.length > 400 ? `${text.slice(0, 100)} … ${text.slice(-300)}` : text;
      parts.push("```text\n" + shown + "\n\n" + (await planOf(client, statement)).join("\n") + "\n```\n");
    }
  }
  await client.end();
  return parts.join("\n");
}
