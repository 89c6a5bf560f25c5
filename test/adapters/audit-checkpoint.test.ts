import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chaining } from "../../src/adapters/crypto/chaining.ts";
import { appendAudit, beginAudit } from "../../src/adapters/postgres/append-audit.ts";
import { openDatabase, type Database } from "../../src/adapters/postgres/database.ts";
import { chainEvents } from "../../src/domain/audit-chain.ts";
import { lifeOf, seal, tamper, verify } from "../support/audit.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

const streams = Array.from({ length: 4 }, (_, index) => `0000000${index}-0000-4000-8000-000000000000`);
const [first = "", second = "", third = ""] = streams;

let store: TestDatabase;
let database: Database;

/** Three checkpoints: after two events of each stream, after three of the first two, after all of all but the last stream. */
beforeAll(async () => {
  store = await createTestDatabase();
  database = openDatabase(store.url);
  const add = (ids: string[], from: number, to: number) =>
    database.transaction((transaction) =>
      (from === 0 ? beginAudit : appendAudit)(
        transaction,
        ids.flatMap((id, index) => lifeOf(id, index).slice(from, to)),
      ),
    );
  await add(streams, 0, 2);
  await seal(database);
  await add([first, second], 2, 3);
  await seal(database);
  await add([first, second], 3, 4);
  await add([third], 2, 4);
  await seal(database);
  await add([streams[3] ?? ""], 2, 4);
});

afterAll(async () => {
  await database.close();
  await store.drop();
});

const tables = ["audit_event", "audit_checkpoint", "audit_unsealed"];

/** Tampers, looks, and puts everything back as it was. */
async function afterwards(statement: string, anchor?: { checkpoint: number; hash: string }) {
  await store.query(tables.map((table) => `create table kept_${table} as select * from ${table}`).join(";"));
  try {
    await tamper(store, statement);
    return await verify(database, anchor);
  } finally {
    await tamper(
      store,
      tables
        .map(
          (table) =>
            `delete from ${table}; insert into ${table} select * from kept_${table}; drop table kept_${table}`,
        )
        .join(";"),
    );
  }
}

const what = (pattern: RegExp) => expect.stringMatching(pattern) as string;

describe("with checkpoints", () => {
  it("everything holds, and it is said what waits for the next one", async () => {
    const report = await verify(database);
    expect(report).toMatchObject({ events: 16, streams: 4, unsealed: 1, faults: [] });
    expect(report.newest?.checkpoint).toBe(3);
    expect([...report.signedBy.values()]).toEqual([3]);
  });

  it.each([1, 2, 3])("a stream that lost its last %i events is found, and where it ends", async (lost) => {
    const { faults } = await afterwards(
      `delete from audit_event where stream = '${second}' and seq > ${4 - lost}`,
    );
    expect(faults).toEqual([
      { stream: second, seq: 5 - lost, what: what(/is missing: checkpoint 3 saw 4 events/) },
    ]);
  });

  it("a stream that is gone altogether is found", async () => {
    const { faults } = await afterwards(`delete from audit_event where stream = '${third}'`);
    expect(faults).toEqual([
      { stream: third, seq: 1, what: what(/is missing with all its stream: checkpoint 3 saw 4 events/) },
    ]);
  });

  it.each([1, 2, 3, 4])("event %i written anew, with a chain that fits, is found", async (changed) => {
    const events = lifeOf(first).map((event, index) =>
      index + 1 < changed ? event : { ...event, detail: { forged: true } },
    );
    const updates = chainEvents(events, new Map(), chaining).map(
      ({ seq, previousHash, hash, detail }) =>
        `update audit_event set detail = '${seq < changed ? "" : detail}', previous_hash = decode('${previousHash}', 'hex'), hash = decode('${hash}', 'hex') where stream = '${first}' and seq = ${seq}`,
    );
    const { faults } = await afterwards(updates.slice(changed - 1).join(";"));
    expect(faults).toEqual([
      { stream: first, seq: Math.max(1, changed === 2 ? 1 : changed), what: what(/was replaced/) },
    ]);
  });
});

describe("a checkpoint", () => {
  it("shows every byte that was changed in it", async () => {
    const flip = (column: string, at: string) =>
      `${column} = set_byte(${column}, ${at} % 32, get_byte(${column}, ${at} % 32) # 1)`;
    const otherText = (column: string, at: number) =>
      `${column} = overlay(${column} placing case when substr(${column}, 1 + ${at} % length(${column}), 1) = 'A' then 'B' else 'A' end from 1 + ${at} % length(${column}) for 1)`;
    const columns: Record<string, (at: number) => string> = {
      seq: (at) => `seq = seq + ${10 + at}`,
      at: (at) => `at = at + interval '${1 + at} milliseconds'`,
      previous_hash: (at) => flip("previous_hash", String(at)),
      hash: (at) => flip("hash", String(at)),
      heads: (at) => otherText("heads", at),
      signature: (at) => otherText("signature", at),
    };
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(1, 2, 3),
        fc.constantFrom(...Object.keys(columns)),
        fc.nat(100_000),
        async (checkpoint, column, at) => {
          const { faults } = await afterwards(
            `update audit_checkpoint set ${columns[column]?.(at) ?? ""} where seq = ${checkpoint}`,
          );
          expect(faults[0]).toMatchObject({ checkpoint });
        },
      ),
      { numRuns: 80 },
    );
  });

  it("that is deleted is missed; the newest one, too, even with its marks", async () => {
    expect((await afterwards("delete from audit_checkpoint where seq = 2")).faults[0]).toEqual({
      checkpoint: 2,
      what: what(/is missing/),
    });
    const { faults } = await afterwards(
      "delete from audit_checkpoint where seq = 3; delete from audit_unsealed",
    );
    expect(faults.map((fault) => ("stream" in fault ? fault.stream : null))).toEqual(streams);
    expect(faults[0]).toEqual({ stream: first, seq: 4, what: what(/in no checkpoint and waits for none/) });
  });

  it("changed places with another one: found", async () => {
    const { faults } = await afterwards(
      "update audit_checkpoint set seq = -1 where seq = 1; update audit_checkpoint set seq = 1 where seq = 2; update audit_checkpoint set seq = 2 where seq = -1",
    );
    expect(faults[0]).toMatchObject({ checkpoint: 1 });
  });

  it("signed by nobody we trust, or taken from another place, is refused", async () => {
    const { faults } = await afterwards(
      "update audit_checkpoint set signature = (select signature from audit_checkpoint where seq = 1) where seq = 2",
    );
    expect(faults[0]).toEqual({ checkpoint: 2, what: "has the signature of another checkpoint" });
  });

  it("that was kept elsewhere shows a database that was set back whole", async () => {
    const { newest } = await verify(database);
    if (newest === null) throw new Error("no checkpoint");
    expect((await verify(database, newest)).faults).toEqual([]);
    const setBack = `delete from audit_checkpoint where seq = 3; delete from audit_event where seq > 3 or (stream >= '${third}' and seq > 2); delete from audit_unsealed`;
    expect((await afterwards(setBack)).faults).toEqual([]);
    expect((await afterwards(setBack, newest)).faults).toEqual([
      { checkpoint: 3, what: what(/is missing, and the anchor names it/) },
    ]);
    expect((await verify(database, { ...newest, hash: "0".repeat(64) })).faults).toEqual([
      { checkpoint: 3, what: what(/not the one that the anchor names/) },
    ]);
  });
});

it("writers, sealers and a verification at the same moment do not disturb one another, and everything gets sealed", async () => {
  const busy = await createTestDatabase();
  const busyDatabase = openDatabase(busy.url);
  try {
    const write = async (number: number) => {
      const id = crypto.randomUUID();
      await busyDatabase.transaction((transaction) =>
        beginAudit(transaction, lifeOf(id, number).slice(0, 1)),
      );
      for (const event of lifeOf(id, number).slice(1))
        await busyDatabase.transaction((transaction) => appendAudit(transaction, [event]));
    };
    const look = async () => {
      for (let round = 0; round < 3; round += 1) {
        await Promise.all([seal(busyDatabase), seal(busyDatabase)]);
        expect((await verify(busyDatabase)).faults).toEqual([]);
      }
    };
    await Promise.all([look(), ...Array.from({ length: 30 }, (_, number) => write(number))]);
    await seal(busyDatabase);
    expect(await verify(busyDatabase)).toMatchObject({ events: 120, streams: 30, unsealed: 0, faults: [] });
  } finally {
    await busyDatabase.close();
    await busy.drop();
  }
});
