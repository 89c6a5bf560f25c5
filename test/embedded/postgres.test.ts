import { spawn, spawnSync } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { describe, expect, it } from "vitest";
import { findRunningPostgres, startPostgres } from "../../local/postgres.ts";
import { migrate } from "../../src/adapters/postgres/migrate.ts";
import { projectFile } from "../../src/project-file.ts";
import { startCountersign } from "../support/countersign-process.ts";
import { until } from "../support/until.ts";

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-postgres-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function query(url: string, text: string): Promise<pg.QueryResultRow[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<pg.QueryResultRow>(text)).rows;
  } finally {
    await client.end();
  }
}

const quiet = () => undefined;

/** A process that starts the server on `folder` and then waits to be killed. Built code: no test runner stands in between. */
function startInProcess(folder: string, who: { uid?: number; gid?: number } = {}) {
  const code = `const { startPostgres } = await import(${JSON.stringify(projectFile("dist/local/postgres.js"))});
    const { url } = await startPostgres(${JSON.stringify(folder)}, () => {}); console.log("started " + url); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
    ...who,
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  return { child, url: () => until("it started", () => /started (\S+)/.exec(output)?.[1]) };
}

describe("the embedded Postgres", () => {
  it("keeps its data across starts and says where it runs", () =>
    withFolder(async (folder) => {
      const first = await startPostgres(folder, quiet);
      await query(first.url, "create table kept as select 42 as answer");
      expect(await findRunningPostgres(folder)).toBe(first.url);
      await first.stop();
      expect(await findRunningPostgres(folder)).toBeNull();
      const second = await startPostgres(folder, quiet);
      expect(await query(second.url, "select answer from kept")).toEqual([{ answer: 42 }]);
      await second.stop();
    }));

  it("starts again after kill -9 of its parent, which leaves the server and its lock behind", () =>
    withFolder(async (folder) => {
      const killed = startInProcess(folder);
      await query(await killed.url(), "create table kept as select 42 as answer");
      killed.child.kill("SIGKILL");
      const again = await startPostgres(folder, quiet);
      expect(await query(again.url, "select answer from kept")).toEqual([{ answer: 42 }]);
      await again.stop();
    }));

  it("is not kept from starting by a lock whose number some other process has now", () =>
    withFolder(async (folder) => {
      await (await startPostgres(folder, quiet)).stop();
      const lock = join(folder, "data", "postmaster.pid");
      await writeFile(lock, `${process.pid}\n${join(folder, "data")}\n0\n5432\n\n127.0.0.1\n`);
      await chmod(lock, 0o666);
      const again = await startPostgres(folder, quiet);
      expect(await query(again.url, "select 1 as one")).toEqual([{ one: 1 }]);
      await again.stop();
    }));

  it("begins anew where an initialisation was cut off", () =>
    withFolder(async (folder) => {
      await (await startPostgres(folder, quiet)).stop();
      await rm(join(folder, "initialised"));
      await rm(join(folder, "data", "global"), { recursive: true });
      const again = await startPostgres(folder, quiet);
      expect(await query(again.url, "select 1 as one")).toEqual([{ one: 1 }]);
      await again.stop();
    }));

  it("outlives Ctrl-C, which a terminal sends to the whole group, until it is told to stop", () =>
    withFolder(async (folder) => {
      const server = await startPostgres(folder, quiet);
      const pid = Number((await readFile(join(folder, "data", "postmaster.pid"), "utf8")).split("\n")[0]);
      const group = spawnSync("ps", ["-o", "pgid=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim();
      const ours = spawnSync("ps", ["-o", "pgid=", "-p", String(process.pid)], {
        encoding: "utf8",
      }).stdout.trim();
      expect(group).not.toBe(ours);
      await server.stop();
    }));

  it("works as an ordinary user too", () =>
    withFolder(async (folder) => {
      // Under root the other tests run it as root; here a user without rights starts it. Elsewhere this is the same once more.
      const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
      if (nobody.uid !== undefined) spawnSync("chown", ["65534:65534", folder]);
      const started = startInProcess(folder, nobody);
      expect(await query(await started.url(), "select 1 as one")).toEqual([{ one: 1 }]);
      const pid = Number((await readFile(join(folder, "data", "postmaster.pid"), "utf8")).split("\n")[0]);
      started.child.kill("SIGKILL");
      process.kill(pid, "SIGINT");
      await until("the server has stopped", () => spawnSync("ps", ["-p", String(pid)]).status !== 0);
    }));

  it("migrations apply once, however many processes try at the same time", () =>
    withFolder(async (folder) => {
      const server = await startPostgres(folder, quiet);
      const processes = [1, 2, 3].map(() => startCountersign(["migrate"], { DATABASE_URL: server.url }));
      expect(await Promise.all(processes.map((each) => each.ended()))).toEqual([0, 0, 0]);
      const applied = processes.filter((each) => each.stdout().includes("applied"));
      expect(applied).toHaveLength(1);
      expect(await migrate(server.url)).toEqual([]);
      const rows = await query(
        server.url,
        "select count(*)::int as faults from _prisma_migrations where finished_at is null",
      );
      expect(rows).toEqual([{ faults: 0 }]);
      await server.stop();
    }));
});
