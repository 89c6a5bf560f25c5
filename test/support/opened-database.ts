import { afterAll, beforeAll } from "vitest";
import { openDatabase, type Database } from "../../src/adapters/postgres/database.ts";
import { createTestDatabase, type TestDatabase } from "./test-database.ts";

/** One database for all tests of a file, opened as the product opens it; there from the first test to the last. */
export function openedDatabase(): { test: TestDatabase; database: Database } {
  const opened = {} as { test: TestDatabase; database: Database };
  beforeAll(async () => {
    opened.test = await createTestDatabase();
    opened.database = openDatabase(opened.test.url);
  });
  afterAll(async () => {
    await opened.database.close();
    await opened.test.drop();
  });
  return opened;
}
