import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { startCountersign } from "../support/countersign-process.ts";

/** The built program on a database alone: nothing of Countersign runs beside it. */
let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.drop());

async function run(...words: string[]) {
  const command = startCountersign(words, { DATABASE_URL: database.url });
  const code = await command.ended();
  return { code, stdout: command.stdout(), output: command.output() };
}

describe("countersign users and countersign teams", () => {
  it("make people, change them, and keep the last administrator", async () => {
    const first = await run("users", "administrator", "--email", "Root@example.org");
    expect([first.code, first.stdout]).toEqual([
      0,
      expect.stringMatching(/^root@example\.org [A-Za-z0-9_-]{16}\n$/) as string,
    ]);
    const other = await run("users", "administrator", "--email", "second@example.org");
    expect([other.code, other.output]).toEqual([
      1,
      expect.stringContaining("root@example.org is administrator already") as string,
    ]);
    const ada = ["--email", "ada@example.org", "--name", "Ada Lovelace"];
    const added = await run("users", "add", ...ada, "--role", "reviewer", "--no-password");
    expect([added.code, added.stdout]).toEqual([0, "ada@example.org\n"]);
    const again = await run("users", "add", ...ada);
    expect([again.code, again.output]).toEqual([
      1,
      expect.stringContaining("ada@example.org belongs to somebody already.") as string,
    ]);
    const last = await run("users", "role", "root@example.org", "viewer");
    expect([last.code, last.output]).toEqual([
      1,
      expect.stringContaining("is the last active administrator") as string,
    ]);
    expect((await run("users", "role", "ada@example.org", "administrator")).code).toBe(0);
    expect((await run("users", "deactivate", "root@example.org")).code).toBe(0);
    const list = (await run("users", "list")).stdout;
    expect(list).toContain("ada@example.org  administrator  Ada Lovelace");
    expect(list).toContain("root@example.org  administrator (deactivated)");
    expect((await run("users", "activate", "root@example.org")).code).toBe(0);
    const reset = await run("users", "reset-password", "ada@example.org");
    expect(reset.stdout).toMatch(/^ada@example\.org [A-Za-z0-9_-]{16}\n$/);
  });

  it("say how commits know a person, and who is in a team", async () => {
    await run("users", "add", "--email", "bob@example.org", "--name", "Bob");
    const set = ["--add-email", "Bob@home.example", "--add-email", "b@old.example", "--add-login", "Bob-Git"];
    expect((await run("users", "identities", "bob@example.org", ...set)).code).toBe(0);
    const shown = await run("users", "identities", "bob@example.org", "--remove-email", "B@old.example");
    expect(shown.stdout).toContain("commits as bob@home.example; accounts bob-git");
    expect((await run("teams", "create", "security")).code).toBe(0);
    expect((await run("teams", "add", "security", "bob@example.org")).code).toBe(0);
    expect((await run("teams", "list")).stdout).toBe("security  bob@example.org\n");
    expect((await run("teams", "remove", "security", "bob@example.org")).code).toBe(0);
    expect((await run("teams", "list")).stdout).toBe("security  (nobody)\n");
    expect((await run("teams", "delete", "security")).code).toBe(0);
  });

  it("refuse what is no address, role, team or person, with exit code 1 and a word on it", async () => {
    const refused = async (...words: string[]) => {
      const { code, output } = await run(...words);
      expect(code).toBe(1);
      return output;
    };
    expect(await refused("users", "add", "--email", "nobody", "--name", "x")).toContain("is not an e-mail");
    expect(await refused("users", "role", "bob@example.org", "owner")).toContain(
      "Allowed choices are viewer",
    );
    expect(await refused("teams", "create", "The Team")).toContain("is not a team's name");
    expect(await refused("users", "deactivate", "nobody@example.org")).toContain("There is no person");
    expect(await refused("teams", "add", "nothing", "bob@example.org")).toContain("There is no team");
  });

  it("each change stands in the audit trail, made by the command line", async () => {
    const events = await database.query<{ type: string; name: string }>(
      "select distinct type, actor->>'name' as name from audit_event order by type",
    );
    expect(events).toEqual(
      [
        ...["person.activated", "person.created", "person.deactivated", "person.identities_changed"],
        ...["person.password_reset", "person.role_changed"],
        ...["team.created", "team.deleted", "team.member_added", "team.member_removed"],
      ].map((type) => ({ type, name: "Command line" })),
    );
  });
});
