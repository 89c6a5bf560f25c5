import { inject } from "vitest";
import type { TestDatabase } from "./test-database.ts";

/** An own number on the one Redis, so that no two tests share a queue. */
export function redisFor(database: TestDatabase): string {
  const url = inject("redisUrl");
  if (url === null) throw new Error("this machine has no redis-server");
  const number = 1 + (parseInt(database.url.slice(-4), 16) % 63);
  return `${url}/${number}`;
}
