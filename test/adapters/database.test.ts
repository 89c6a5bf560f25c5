import { connect, createServer, type AddressInfo, type Socket } from "node:net";
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

/** A way to Postgres on which nothing passes while it is cut: nobody is told, as when a machine vanishes. */
async function cuttableWayTo(url: string) {
  let isCut = false;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(new URL(url).port), "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("data", (chunk) => void (isCut || to.write(chunk)));
      from.on("error", () => undefined).on("close", () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const way = new URL(url);
  way.hostname = "127.0.0.1";
  way.port = String((server.address() as AddressInfo).port);
  return {
    url: way.toString(),
    cut: (value: boolean) => (isCut = value),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

it("a server that falls silent hangs nobody: what waits for it fails as unavailable, and new connections are made", async () => {
  const testDatabase = await createTestDatabase();
  const way = await cuttableWayTo(testDatabase.url);
  const database = openDatabase(way.url, { silenceMaxMs: 300 });
  const ask = () => database.run((client) => client.$queryRaw`select 1 as one`);
  expect(await ask()).toEqual([{ one: 1 }]);
  way.cut(true);
  await expect(ask()).rejects.toBeInstanceOf(StoreUnavailable);
  way.cut(false);
  expect(await ask()).toEqual([{ one: 1 }]);
  await database.close();
  await way.close();
  await testDatabase.drop();
});
