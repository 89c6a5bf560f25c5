import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../local/free-port.ts";
import { startCountersign, type CountersignProcess } from "../support/countersign-process.ts";
import { until } from "../support/until.ts";

/** One running `countersign start`, as a newcomer has it, for all the commands that work beside it. */
let folder = "";
let environment: Record<string, string> = {};
let product: CountersignProcess;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "countersign-command-line-"));
  environment = {
    COUNTERSIGN_DATA: join(folder, "data"),
    PORT: String(await freePort()),
    COUNTERSIGN_STEP_FUNCTIONS_PORT: String(await freePort()),
  };
  product = startCountersign(["start"], environment, { cwd: folder });
  await product.says("ready in");
});

afterAll(async () => {
  await product.kill("SIGTERM");
  await rm(folder, { recursive: true, force: true });
});

/** Runs a command to its end; returns what it printed and its exit code. */
async function run(args: string[], more: Record<string, string> = {}) {
  const command = startCountersign(args, { ...environment, ...more }, { cwd: folder });
  const code = await command.ended();
  return { code, stdout: command.stdout(), output: command.output() };
}

describe("the command line, beside a running product", () => {
  it("token create prints the token alone on standard output", async () => {
    const { code, stdout } = await run(["token", "create", "--name", "bot", "--scope", "read"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^cs_[A-Za-z0-9_-]{43}\n$/);
  });

  it("the product works on its database as a role that can only add to the trail, and so do the commands beside it", async () => {
    const owner = new pg.Client(await readFile(join(folder, "data", "postgres", "url"), "utf8"));
    await owner.connect();
    try {
      const roles =
        "select distinct usename::text as role from pg_stat_activity where datname = 'countersign'";
      const others = await owner.query(`${roles} and pid <> pg_backend_pid()`);
      expect(others.rows).toEqual([{ role: "countersign_app" }]);
      const may =
        "select has_table_privilege('countersign_app', 'audit_event', 'UPDATE, DELETE, TRUNCATE') as may";
      expect((await owner.query(may)).rows).toEqual([{ may: false }]);
      expect(await readFile(join(folder, "data", "countersign.log"), "utf8")).not.toContain(
        "may change or drop the audit trail",
      );
      // What a command writes, the owner's triggers see written by that role.
      await owner.query(`create function tell_role() returns trigger language plpgsql as
        $$begin new.name := current_user; return new; end$$;
        create trigger tell_role before insert on api_token for each row execute function tell_role()`);
      await run(["token", "create", "--name", "whoever", "--scope", "read"]);
      await owner.query("drop function tell_role cascade");
      expect((await run(["token", "list"])).stdout).toContain(" countersign_app ");
    } finally {
      await owner.end();
    }
  });

  it("token list, rotate and revoke: a bot's whole life, by its name", async () => {
    const scopes = ["--scope", "read", "--scope", "decide"];
    const limits = ["--activity", "po-*", "--repository", "acme/*", "--verdict", "reject"];
    const made = await run(["token", "create", "--name", "veto", ...scopes, ...limits, "--expires-in", "8w"]);
    const rotated = await run(["token", "rotate", "veto", "--overlap", "2h"]);
    expect(rotated.stdout).toMatch(/^cs_[A-Za-z0-9_-]{43}\n$/);
    expect(rotated.output).toContain("Earlier secrets of veto end at");
    const status = async (secret: string) => {
      const headers = { authorization: `Bearer ${secret.trim()}` };
      return (await fetch(`http://127.0.0.1:${environment["PORT"]}/api/v1/me`, { headers })).status;
    };
    expect(await Promise.all([status(made.stdout), status(rotated.stdout)])).toEqual([200, 200]);
    const listed = (await run(["token", "list"])).stdout.split("\n").find((line) => line.includes(" veto "));
    expect(listed).toMatch(/ read,decide +20.+ 2 +activity po-\*, repository acme\/\*, may only reject$/);
    expect((await run(["token", "revoke", "veto"])).stdout).toMatch(/^revoked veto \(/);
    expect(await Promise.all([status(made.stdout), status(rotated.stdout)])).toEqual([401, 401]);
    expect((await run(["token", "list"])).stdout).not.toContain(" veto ");
    expect((await run(["token", "list", "--all"])).stdout).toContain(" veto ");
    const again = await run(["token", "revoke", "veto"]);
    expect([again.code, again.output]).toEqual([1, expect.stringContaining("No token that lives") as string]);
  });

  it("push, list, show, approve: the way of one approval without a browser", async () => {
    const token = (
      await run(["token", "create", "--name", "release bot", "--scope", "read", "--scope", "decide"])
    ).stdout.trim();
    const bot = { COUNTERSIGN_TOKEN: token };
    const commit = "c".repeat(40);
    const pushed = await run([
      "push",
      "--repository",
      "acme/cli",
      "--commit",
      commit,
      "--title",
      "From the shell",
    ]);
    expect([pushed.code, pushed.stdout]).toEqual([0, expect.stringContaining("accepted") as string]);
    const line = await until("the approval is listed", async () => {
      const { stdout } = await run(["approvals", "list", "--commit", commit], bot);
      return stdout.includes("From the shell") ? stdout : null;
    });
    const id = line.split(" ")[0] ?? "";
    const shown = JSON.parse((await run(["approvals", "show", id], bot)).stdout) as object;
    expect(shown).toMatchObject({ id, status: "pending", commit, repository: "acme/cli" });
    const approved = await run(["approvals", "approve", id, "--comment", "green"], bot);
    expect([approved.code, approved.stdout]).toEqual([0, expect.stringContaining("approved") as string]);
    const again = await run(["approvals", "reject", id], bot);
    expect([again.code, again.output]).toEqual([1, expect.stringContaining("already_decided") as string]);
  });

  it("token create waits for a database that does not answer, and ends no server of the product", async () => {
    const data = environment["COUNTERSIGN_DATA"] ?? "";
    const server = Number(
      (await readFile(join(data, "postgres", "data", "postmaster.pid"), "utf8")).split("\n")[0],
    );
    process.kill(server, "SIGSTOP");
    const command = startCountersign(
      ["token", "create", "--name", "patient", "--scope", "read"],
      environment,
      { cwd: folder },
    );
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    process.kill(server, "SIGCONT");
    expect(await command.ended()).toBe(0);
    expect(command.stdout()).toMatch(/^cs_/);
    const ready = await until(
      "the product is ready",
      async () => (await fetch(`http://127.0.0.1:${environment["PORT"]}/readyz`)).ok,
    );
    expect(ready).toBe(true);
  });

  it("a second product on the same folder is refused, and says who has it", async () => {
    const second = await run(["start"]);
    expect(second.code).toBe(1);
    expect(second.output).toContain("already runs");
    expect(second.output).toContain(String(product.child.pid));
  });

  it("its secrets are readable by their owner alone", async () => {
    const data = environment["COUNTERSIGN_DATA"] ?? "";
    const files = [
      join(data, "secret"),
      join(data, "webhook-secret"),
      join(data, "postgres", "password"),
      join(data, "postgres", "url"),
    ];
    for (const file of files) expect([file, (await stat(file)).mode & 0o077]).toEqual([file, 0]);
    expect(await readdir(data)).toContain(".gitignore");
  });

  it("a wrong call says what is wrong and how to get help", async () => {
    for (const args of [
      ["token", "create"],
      ["token", "create", "--name", "x", "--scope", "everything"],
      ["token", "create", "--name", "x", "--scope", "decide", "--verdict", "maybe"],
      ["token", "rotate", "x", "--overlap", "31d"],
      ["approvals", "list"],
      ["nonsense"],
    ]) {
      const { code, output } = await run(args);
      expect(code).toBe(1);
      expect(output).toMatch(/--help|COUNTERSIGN_TOKEN/);
      expect(output).not.toMatch(/^ {4}at /m);
    }
  });

  it("check names every fault of countersign.yaml with its line", async () => {
    const file = join(folder, "wrong.yaml");
    await writeFile(file, "activities:\n  - nome: po-approval\ntriggers: 7\n");
    const { code, output } = await run(["check"], { COUNTERSIGN_CONFIG: file });
    expect(code).toBe(1);
    expect(output).toContain("line 2: activities.0.nome");
    expect(output).toContain("line 3: triggers");
  });

  it("check takes what npm start takes: the secret that the first start makes need not be given", async () => {
    const file = join(folder, "right.yaml");
    const machine = "arn:aws:states:us-east-1:123456789012:stateMachine:deploy";
    const trigger = `{ forge: github, repository: "*/*", branch: main, secrets: ["\${GITHUB_WEBHOOK_SECRET}"], stateMachineArn: "${machine}" }`;
    await writeFile(file, `activities:\n  - name: po-approval\ntriggers:\n  - ${trigger}\n`);
    const { code, stdout } = await run(["check"], { COUNTERSIGN_CONFIG: file });
    expect([code, stdout]).toEqual([0, `${file} is right: 1 activities, 1 triggers, 0 policies\n`]);
  });

  it("GET /metrics tells pending approvals and pollers", async () => {
    const text = await (await fetch(`http://127.0.0.1:${environment["PORT"]}/metrics`)).text();
    expect(text).toMatch(/countersign_approvals_pending \d+/);
    expect(text).toMatch(/countersign_pollers\{activity="[^"]*po-approval",state="polling"\} \d+/);
  });
});

describe("the command line, with nothing running", () => {
  it("a signal during the start leaves nothing behind", async () => {
    const data = join(folder, "cut-off");
    const others = {
      COUNTERSIGN_DATA: data,
      PORT: String(await freePort()),
      COUNTERSIGN_STEP_FUNCTIONS_PORT: String(await freePort()),
    };
    const cutOff = startCountersign(["start"], others, { cwd: folder });
    await until("its database starts", () =>
      readFile(join(data, "postgres", "data", "PG_VERSION"), "utf8").catch(() => null),
    );
    await cutOff.kill("SIGTERM");
    const rest = spawnSync("pgrep", ["-f", data], { encoding: "utf8" }).stdout.trim();
    expect(rest).toBe("");
  });

  it.each([["migrate"], ["token", "list"]])("%s names the database that it cannot reach", async (...args) => {
    const port = await freePort();
    const { code, output } = await run(args, {
      DATABASE_URL: `postgresql://x:secret@127.0.0.1:${port}/shop`,
    });
    expect(code).toBe(1);
    expect(output).toContain(`The database shop at 127.0.0.1:${port} (DATABASE_URL) cannot be used: `);
    expect(output).not.toContain("secret");
  });

  it("a lock whose number some other process has now counts for nothing", async () => {
    const data = join(folder, "reused-number");
    await mkdir(data, { recursive: true });
    await writeFile(join(data, "lock"), `${process.pid} 1`);
    const made = await run(["token", "create", "--name", "bot", "--scope", "read"], {
      COUNTERSIGN_DATA: data,
    });
    expect(made.code).toBe(0);
  });

  it("token create works on the data folder, and the token is good once the product runs", async () => {
    const data = join(folder, "other-data");
    const made = await run(["token", "create", "--name", "early bird", "--scope", "read"], {
      COUNTERSIGN_DATA: data,
    });
    expect(made.stdout).toMatch(/^cs_/);
    expect(made.output).toContain(`There was no Countersign in ${data}: its database is made there now.`);
    const others = {
      COUNTERSIGN_DATA: data,
      PORT: String(await freePort()),
      COUNTERSIGN_STEP_FUNCTIONS_PORT: String(await freePort()),
    };
    const other = startCountersign(["start"], others, { cwd: folder });
    try {
      await other.says("ready in");
      const reply = await fetch(`http://127.0.0.1:${others.PORT}/api/v1/me`, {
        headers: { authorization: `Bearer ${made.stdout.trim()}` },
      });
      expect(await reply.json()).toMatchObject({ kind: "bot", name: "early bird", scopes: ["read"] });
      expect(await other.kill("SIGTERM")).toEqual({ code: 0, signal: null });
    } finally {
      await other.kill("SIGKILL");
    }
  });
});
