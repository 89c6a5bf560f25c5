import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase, type Database } from "../../src/adapters/postgres/database.ts";
import { createPeopleDirectory } from "../../src/adapters/postgres/people-directory.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

let store: TestDatabase;
let database: Database;

beforeAll(async () => {
  store = await createTestDatabase();
  database = openDatabase(store.url);
  await store.query(`insert into "user" (id, name, email, role, deactivated_at) values
    ('ada', 'Ada', 'ada@example.org', 'reviewer', null),
    ('bob', 'Bob', 'Bob@example.org', 'administrator', null),
    ('cyd', 'Cyd', 'cyd@example.org', 'viewer', null),
    ('dan', 'Dan', 'dan@example.org', 'reviewer', now())`);
  await store.query(`insert into team (id, name, created_at) values
    ('00000000-0000-4000-8000-000000000001', 'security', now()),
    ('00000000-0000-4000-8000-000000000002', 'release', now())`);
  await store.query(`insert into team_member (team_id, user_id) values
    ('00000000-0000-4000-8000-000000000001', 'ada'), ('00000000-0000-4000-8000-000000000002', 'ada'),
    ('00000000-0000-4000-8000-000000000001', 'cyd'), ('00000000-0000-4000-8000-000000000001', 'dan')`);
  await store.query(`insert into git_identity (kind, value, user_id) values
    ('email', 'ada@home.example', 'ada'), ('login', 'ada-l', 'ada')`);
});

afterAll(async () => {
  await database.close();
  await store.drop();
});

describe("the directory of people", () => {
  it("tells the members of each team, whoever may not sign in left out", async () => {
    const members = await createPeopleDirectory(database).membersOf(["security", "release", "nobody"]);
    const ids = Object.fromEntries([...members].map(([team, people]) => [team, people.map(({ id }) => id)]));
    expect(ids).toEqual({ security: ["ada", "cyd"], release: ["ada"], nobody: [] });
  });

  it("tells everything by which commits know a person, in lower case, the address of signing in among them", async () => {
    const [ada, bob] = await createPeopleDirectory(database).reviewers();
    expect(ada).toEqual({
      id: "ada",
      name: "Ada",
      role: "reviewer",
      teams: ["release", "security"],
      identities: { emails: ["ada@example.org", "ada@home.example"], logins: ["ada-l"] },
    });
    expect(bob?.identities).toEqual({ emails: ["bob@example.org"], logins: [] });
  });

  it("counts reviewers and administrators among those who decide, and nobody else", async () => {
    const people = await createPeopleDirectory(database).reviewers();
    expect(people.map(({ id }) => id)).toEqual(["ada", "bob"]);
  });
});
