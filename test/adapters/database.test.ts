import dns from "node:dns";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openDatabase, type Database } from "../../src/adapters/postgres/database.ts";
import { StoreUnavailable } from "../../src/application/ports/unavailable.ts";
import { Prisma } from "../../src/adapters/postgres/generated/client.ts";
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
  expect(await database.isWritable()).toBe(true);
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

it("a connection that the server ends while nobody uses it ends nothing else, and close leaves none open: also where Prisma has done nothing yet", async () => {
  const testDatabase = await createTestDatabase();
  const database = openDatabase(testDatabase.url);
  const one = () => database.query(Prisma.sql`select 1 as one`);
  const others = async (what: string) =>
    (
      await testDatabase.query<{ pid: number }>(
        `select ${what} as pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
      )
    ).length;
  await one();
  expect(await others("pg_terminate_backend(pid, 5000)")).toBe(1);
  expect(await one()).toEqual([{ one: 1 }]);
  await database.close();
  await expect.poll(() => others("pid")).toBe(0);
  await testDatabase.drop();
});

/** What becomes of a statement in each of the ways to run one. */
async function faultsOf(database: Database, text: string): Promise<string[]> {
  const sql = Prisma.raw(text);
  const calls = [
    database.query(sql),
    database.queries((query) => query(sql)),
    database.run((client) => client.$executeRaw(sql)),
    database.transaction((transaction) => transaction.$executeRaw(sql)),
  ];
  const nameOf = (error: unknown) => (error instanceof StoreUnavailable ? "unavailable" : "refused");
  return Promise.all(calls.map((call) => call.then(() => "done", nameOf)));
}

const inEachWay = (fault: string) => [fault, fault, fault, fault];

describe("what Postgres says is of the server, or of what was asked", () => {
  const raise = (state: string) =>
    `do $$ begin raise exception 'un texte quelconque' using errcode = '${state}'; end $$`;

  it("the server's: read-only, full, out of turns or time, broken, wrong credentials or rights; told by code, not by text", async () => {
    const testDatabase = await createTestDatabase();
    const database = openDatabase(testDatabase.url);
    for (const state of [
      ..."08006 08P01 25006 28000 28P01 3D000 40001 40P01 42501".split(" "),
      ..."53100 53200 53300 53400 55P03 57014 57P01 57P05 58030 XX000".split(" "),
    ])
      expect([state, ...(await faultsOf(database, raise(state)))]).toEqual([
        state,
        ...inEachWay("unavailable"),
      ]);
    await database.close();
    await testDatabase.drop();
  });

  it("of what was asked: data, constraints, names, limits of a row, a trigger's refusal; whatever its text says", async () => {
    const testDatabase = await createTestDatabase();
    const database = openDatabase(testDatabase.url);
    for (const state of "0A000 22003 22P02 23502 23505 42601 42P01 54000 P0001".split(" "))
      expect([state, ...(await faultsOf(database, raise(state)))]).toEqual([state, ...inEachWay("refused")]);
    expect(await faultsOf(database, "select 'unterminated")).toEqual(inEachWay("refused"));
    await database.close();
    await testDatabase.drop();
  });

  it("wrong credentials and a database that is not there are of the server", async () => {
    const testDatabase = await createTestDatabase();
    for (const part of ["password", "pathname"] as const) {
      const url = new URL(testDatabase.url);
      url[part] = "wrong";
      const database = openDatabase(url.toString());
      expect(await faultsOf(database, "select 1")).toEqual(inEachWay("unavailable"));
      expect(await database.isWritable()).toBe(false);
      await database.close();
    }
    await testDatabase.drop();
  });
});

describe("the way to Postgres", () => {
  afterEach(() => vi.restoreAllMocks());

  it.each(["ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ECONNABORTED", "EADDRNOTAVAIL"])(
    "%s is unavailable",
    async (code) => {
      const fault = Object.assign(new Error(`getaddrinfo ${code} db`), { code, syscall: "getaddrinfo" });
      vi.spyOn(dns, "lookup").mockImplementation(((_name: string, ...rest: ((error: Error) => void)[]) =>
        rest.at(-1)?.(fault)) as never);
      const database = openDatabase("postgresql://u:p@db.example:5432/x");
      expect(await faultsOf(database, "select 1")).toEqual(inEachWay("unavailable"));
      await database.close();
    },
  );
});

it("a server that became read-only is not writable, and once it takes writes again no connection is left behind read-only", async () => {
  const testDatabase = await createTestDatabase();
  const [{ name } = { name: "" }] = await testDatabase.query<{ name: string }>(
    "select current_database() as name",
  );
  const readOnly = (value: string) =>
    testDatabase.query(
      `begin read write; alter database ${name} set default_transaction_read_only = ${value}; commit`,
    );
  await readOnly("on");
  const database = openDatabase(testDatabase.url);
  const write = "insert into policy (digest, body) values (gen_random_uuid(), '{}')";
  expect(await faultsOf(database, write)).toEqual(inEachWay("unavailable"));
  expect(await database.isWritable()).toBe(false);
  await readOnly("off");
  expect(await faultsOf(database, write)).toEqual(inEachWay("done"));
  expect(await database.isWritable()).toBe(true);
  await database.close();
  await testDatabase.drop();
});

it("a write that was refused because the disk is full makes the database unwritable for 15 s, whoever made it", async () => {
  const testDatabase = await createTestDatabase();
  const database = openDatabase(testDatabase.url);
  const refused = "do $$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$";
  expect(await database.isWritable()).toBe(true);
  const startMs = performance.now();
  expect(await faultsOf(database, refused)).toEqual(inEachWay("unavailable"));
  expect(await database.isWritable()).toBe(false);
  const now = vi.spyOn(performance, "now").mockReturnValue(startMs + 14_900);
  expect(await database.isWritable()).toBe(false);
  now.mockReturnValue(startMs + 80_000);
  expect(await database.isWritable()).toBe(true);
  now.mockRestore();
  await database.close();
  await testDatabase.drop();
});

it("who stops in the middle of a transaction holds nobody up: Postgres ends it, and what it did is undone", async () => {
  const testDatabase = await createTestDatabase();
  const stopped = openDatabase(testDatabase.url, { idleInTransactionMs: 300 });
  const other = openDatabase(testDatabase.url);
  const take = Prisma.sql`insert into call_budget (name, available, refilled_at) values ('one', 1, now())`;
  let goOn: () => void = () => undefined;
  const frozen = new Promise<void>((resolve) => (goOn = resolve));
  let hasTaken: () => void = () => undefined;
  const taken = new Promise<void>((resolve) => (hasTaken = resolve));
  const outcome = stopped
    .queries(async (query) => {
      await query(take);
      hasTaken();
      await frozen;
      await query(Prisma.sql`select 1`);
    })
    .catch((error: unknown) => error);
  await taken;
  await other.query(take);
  goOn();
  expect(await outcome).toBeInstanceOf(StoreUnavailable);
  expect(await stopped.isWritable()).toBe(true);
  await Promise.all([stopped.close(), other.close()]);
  await testDatabase.drop();
});
