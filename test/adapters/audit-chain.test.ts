import { createHash } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appendAudit, beginAudit } from "../../src/adapters/postgres/append-audit.ts";
import { openDatabase, type Database } from "../../src/adapters/postgres/database.ts";
import { readMigrations } from "../../src/adapters/postgres/migrate.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { lifeOf, tamper, verify } from "../support/audit.ts";

/** In the order in which verification reads them. */
const streams = Array.from({ length: 4 }, (_, index) => `0000000${index}-0000-4000-8000-000000000000`);

let store: TestDatabase;
let database: Database;

beforeAll(async () => {
  store = await createTestDatabase();
  database = openDatabase(store.url);
  await database.transaction((transaction) =>
    beginAudit(
      transaction,
      streams.slice(0, 3).flatMap((id, index) => lifeOf(id, index).slice(0, 2)),
    ),
  );
  await database.transaction((transaction) =>
    appendAudit(
      transaction,
      streams.flatMap((id, index) => lifeOf(id, index).slice(index === 3 ? 0 : 2)),
    ),
  );
});

afterAll(async () => {
  await database.close();
  await store.drop();
});

const everyEvent = streams.flatMap((stream) => [1, 2, 3, 4].map((seq) => ({ stream, seq })));
const where = ({ stream, seq }: { stream: string; seq: number }) => `stream = '${stream}' and seq = ${seq}`;

/** Tampers, looks, and puts everything back as it was. */
async function afterwards(statement: string) {
  await store.query("create table kept as select * , actor::text as a, detail::text as d from audit_event");
  try {
    await tamper(store, statement);
    return await verify(database);
  } finally {
    const columns = "stream, seq, previous_hash, hash, at, type, approval_id";
    await tamper(
      store,
      `delete from audit_event; insert into audit_event (${columns}, actor, detail) select ${columns}, a::json, d::json from kept; drop table kept`,
    );
  }
}

describe("a chain of audit events", () => {
  it("holds as it was written, through text that likes to break things", async () => {
    expect(await verify(database)).toMatchObject({ events: 16, streams: 4, faults: [] });
  });

  it("is SHA-256 over canonical JSON, which anybody can recompute", async () => {
    const [row] = await store.query<{ hash: string }>(
      `select encode(hash, 'hex') as hash from audit_event where ${where({ stream: streams[0] ?? "", seq: 1 })}`,
    );
    const text = `{"actor":{"id":"person-0","kind":"person","name":"Ünï \\"🚀\\" \\u0000\\ud800"},"approvalId":"${streams[0]}","at":"2026-06-01T12:00:00.000Z","detail":{"activityArn":"arn:aws:states:us-east-1:123456789012:activity:a","commit":null},"previousHash":"${"0".repeat(64)}","seq":1,"stream":"${streams[0]}","type":"approval.received"}`;
    expect(row?.hash).toBe(createHash("sha256").update(text).digest("hex"));
  });

  it("refuses UPDATE, DELETE and TRUNCATE, even to the owner of the table", async () => {
    for (const statement of [
      "update audit_event set type = 'x'",
      "delete from audit_event",
      "truncate audit_event",
      "insert into audit_event select * from audit_event on conflict (stream, seq) do update set type = 'x'",
    ])
      await expect(store.query(statement)).rejects.toThrow(/takes new rows only/);
  });

  it("tells of every byte that was changed in any column of any row, and where", async () => {
    // Columns as bytes that can be written back: 12 is one more than the 11 hours of a shift, so that no shift is none.
    const columns: Record<string, (at: number) => string> = {
      previous_hash: (at) =>
        `previous_hash = set_byte(previous_hash, ${at % 32}, get_byte(previous_hash, ${at % 32}) # ${1 << (at % 8)})`,
      hash: (at) => `hash = set_byte(hash, ${at % 32}, get_byte(hash, ${at % 32}) # ${1 << (at % 8)})`,
      at: (at) => `at = at + interval '${1 + at} milliseconds'`,
      type: (at) => `type = overlay(type placing '#' from ${1 + (at % 10)} for 1)`,
      approval_id: (at) => `approval_id = ${at % 3 === 0 ? "null" : "gen_random_uuid()"}`,
      actor: (at) => `actor = ${otherText("actor", at)}`,
      detail: (at) => `detail = ${otherText("detail", at)}`,
    };
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...everyEvent),
        fc.constantFrom(...Object.keys(columns)),
        fc.nat(1000),
        async (event, column, at) => {
          const { faults } = await afterwards(
            `update audit_event set ${columns[column]?.(at) ?? ""} where ${where(event)}`,
          );
          expect(faults[0]).toMatchObject({ ...event, what: expect.stringMatching(/was changed/) as string });
        },
      ),
      { numRuns: 60 },
    );
  });

  it("tells of every deleted row that has a successor, and where", async () => {
    for (const event of everyEvent.filter(({ seq }) => seq < 4)) {
      const { faults } = await afterwards(`delete from audit_event where ${where(event)}`);
      expect(faults).toEqual([{ ...event, what: expect.stringMatching(/is missing/) as string }]);
    }
  });

  it("tells of every two rows that changed places, and where the first one is", async () => {
    const pair = fc.uniqueArray(fc.nat(everyEvent.length - 1), { minLength: 2, maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(pair, async (indexes) => {
        const [first, second] = indexes.toSorted((a, b) => a - b).map((index) => everyEvent[index]);
        if (first === undefined || second === undefined) throw new Error("no pair");
        const { faults } = await afterwards(
          `update audit_event set stream = 'aside' where ${where(first)};
           update audit_event set stream = '${first.stream}', seq = ${first.seq} where ${where(second)};
           update audit_event set stream = '${second.stream}', seq = ${second.seq} where stream = 'aside'`,
        );
        expect(faults[0]).toMatchObject(first);
      }),
      { numRuns: 30 },
    );
  });

  it("tells of a row that was replaced together with its hash, at the link that no longer fits", async () => {
    const { faults } = await afterwards(
      `update audit_event set type = 'x', hash = sha256(convert_to('{"actor":' || actor::text || ',"approvalId":"' || approval_id || '","at":"' || to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '","detail":' || detail::text || ',"previousHash":"' || encode(previous_hash, 'hex') || '","seq":' || seq || ',"stream":"' || stream || '","type":"x"}', 'UTF8')) where ${where({ stream: streams[1] ?? "", seq: 2 })}`,
    );
    expect(faults).toEqual([
      { stream: streams[1], seq: 3, what: expect.stringMatching(/event 2 was replaced/) as string },
    ]);
  });
});

it("events from before the chain get theirs by the migration", async () => {
  const old = await createTestDatabase();
  const oldDatabase = openDatabase(old.url);
  try {
    const { migrationDirectories } = await readMigrations();
    const sqlOf = (index: number) =>
      (migrationDirectories[index]?.migrationFile.content as { value: string }).value;
    const chain = migrationDirectories.findIndex(({ path }) => path.endsWith("audit_chain"));
    await old.query("drop schema public cascade; create schema public");
    for (let index = 0; index < chain; index += 1) await old.query(sqlOf(index));
    const insert =
      "insert into audit_event (at, type, approval_id, actor, detail) values (now(), $1, $2, $3, $4)";
    const actor = '{"kind":"person","name":"Ünï \\u0000 \\"🚀","id":"1"}';
    for (const approvalId of [streams[0], null, streams[0], null])
      await old.query(insert, ["approval.received", approvalId, actor, '{"b":1,"a":[1.50]}']);
    for (let index = chain; index < migrationDirectories.length; index += 1) await old.query(sqlOf(index));
    expect(await verify(oldDatabase)).toMatchObject({ events: 4, streams: 2, faults: [] });
  } finally {
    await oldDatabase.close();
    await old.drop();
  }
});

describe("writers at the same moment", () => {
  it("of one stream make one chain", async () => {
    const event = { ...lifeOf("x")[0], approvalId: null, subject: "person:everybody" } as ReturnType<
      typeof lifeOf
    >[0];
    await Promise.all(
      Array.from({ length: 30 }, () =>
        database.transaction((transaction) => appendAudit(transaction, [event, event])),
      ),
    );
    const [count] = await store.query(
      "select count(*)::int as n, max(seq) as last from audit_event where stream = 'person:everybody'",
    );
    expect(count).toEqual({ n: 60, last: 60 });
    expect((await verify(database)).faults).toEqual([]);
  });

  it("of several streams in any order never lock each other out", async () => {
    const of = (subject: string) =>
      ({ ...lifeOf("x")[0], approvalId: null, subject }) as ReturnType<typeof lifeOf>[0];
    const forth = [of("one"), of("two"), of("three")];
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        database.transaction((transaction) =>
          appendAudit(transaction, index % 2 === 0 ? forth : forth.toReversed()),
        ),
      ),
    );
    expect((await verify(database)).faults).toEqual([]);
  });
});

/** The column's text with one character inserted, somewhere: white space outside of strings, which JSON does not mind, counts too. */
function otherText(column: string, at: number): string {
  const changed =
    at % 2 === 0 ? `${column}::text || ' '` : `regexp_replace(${column}::text, '"(\\w)', '"x\\1')`;
  return `(${changed})::json`;
}
