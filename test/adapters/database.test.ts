import { expect, it } from "vitest";
import { openDatabase } from "../../src/adapters/postgres/database.ts";
import { StoreUnavailable } from "../../src/application/ports/unavailable.ts";
import { createTestDatabase } from "../support/test-database.ts";

it("connections that Postgres cuts while they go from hand to hand end no process, and others take their place", async () => {
  const testDatabase = await createTestDatabase();
  const database = openDatabase(testDatabase.url);
  // More at once than there are connections, so that each is handed on in the moment in which it is given back.
  const atOnce = 60;
  let isOver = false;
  const faults: unknown[] = [];
  const work = async () => {
    while (!isOver) {
      await database
        .transaction((transaction) => transaction.$queryRaw`select 1`)
        .catch((error: unknown) => faults.push(error));
    }
  };
  const working = Array.from({ length: atOnce }, work);
  for (let round = 0; round < 8; round += 1) {
    await testDatabase.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    );
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  isOver = true;
  await Promise.all(working);
  // Each fault was told to whoever asked, as what it is; an unheard one would have failed this run.
  expect(faults.filter((fault) => !(fault instanceof StoreUnavailable))).toEqual([]);
  expect(await database.isReachable()).toBe(true);
  await database.close();
  await testDatabase.drop();
});
