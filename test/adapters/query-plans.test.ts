import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/adapters/clock.ts";
import { createSigningKey } from "../../src/adapters/crypto/signing-key.ts";
import { systemEntropy } from "../../src/adapters/entropy.ts";
import { openDatabase, type Database } from "../../src/adapters/postgres/database.ts";
import { createForms } from "../../src/adapters/forms/forms.ts";
import { createCheckStore } from "../../src/adapters/postgres/check-store.ts";
import { createSigner } from "../../src/adapters/crypto/signer.ts";
import { fillStore, workloadOf, type Workload } from "../support/large-store.ts";
import { planOf, recordStatements } from "../support/record-statements.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

let test: TestDatabase;
let database: Database;
let client: pg.Client;
let workload: Workload;

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

beforeAll(async () => {
  test = await createTestDatabase();
  await fillStore(test.url, 20_000);
  database = openDatabase(test.url);
  client = new pg.Client({ connectionString: test.url });
  await client.connect();
  workload = await workloadOf(database, {
    checks: createCheckStore(database),
    forms: createForms(),
    bell: { ring: () => Promise.resolve(true) },
    activities: new Map(),
    clock: systemClock,
    entropy: systemEntropy,
    log,
    signer: createSigner(
      createSigningKey("a secret, long enough for a test", null),
      [],
      "http://127.0.0.1:3000",
    ),
  });
});

afterAll(async () => {
  await client.end();
  await database.close();
  await test.drop();
});

/** Tables that grow with each approval. (The heartbeats of pending ones are so few here that reading all of them is the better plan.) */
const growing = /Seq Scan on (approval|task_token|vote|decision|answer|audit_event)\b/;

describe("what is asked all day", () => {
  it("never reads a whole table that grows", async () => {
    const found: Record<string, string[]> = {};
    for (const [name, work] of Object.entries(workload)) {
      const statements = await recordStatements(work);
      expect(statements.length, name).toBeGreaterThan(0);
      for (const statement of statements) {
        const plan = await planOf(client, statement);
        if (plan.some((line) => growing.test(line))) found[name] = [statement.text, ...plan];
      }
    }
    expect(found).toEqual({});
  });

  it("would be caught reading one", async () => {
    const plan = await planOf(client, { text: "select * from approval where title = $1", values: ["x"] });
    expect(plan.join("\n")).toMatch(growing);
  });
});
