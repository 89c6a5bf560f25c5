import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ownerOf } from "../../local/data-folder.ts";
import { freePort } from "../../local/free-port.ts";
import { projectFile } from "../../src/project-file.ts";

/** One installation of the product on ports and a data folder of its own. */
export interface Installation extends AsyncDisposable {
  /** From `npm start` to a page that can be used. */
  start(): Promise<RunningProduct>;
}

export interface RunningProduct {
  readyMs: number;
  residentMb(): Promise<number>;
  stop(): Promise<void>;
}

/** How often readiness is asked for: short against the limits, long against what asking costs. */
const askEveryMs = 20;

export async function createInstallation(): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-bench-"));
  const port = await freePort();
  const { PATH = "", HOME = folder } = process.env;
  const env = {
    PATH,
    HOME,
    PORT: String(port),
    COUNTERSIGN_STEP_FUNCTIONS_PORT: String(await freePort()),
    COUNTERSIGN_DATA: join(folder, "data"),
  };
  return {
    async start() {
      const startedAt = performance.now();
      // Through npm, as a person starts it: npm itself and the look for changed sources count.
      const npm = spawn("npm", ["start"], { cwd: projectFile("."), env, stdio: "ignore" });
      await untilReady(npm, `http://127.0.0.1:${port}`);
      const readyMs = performance.now() - startedAt;
      const pid = await ownerOf(env.COUNTERSIGN_DATA);
      if (pid === null) throw new Error("nobody has the data folder");
      return { readyMs, residentMb: () => residentMb(pid), stop: () => stop(npm, pid) };
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

async function untilReady(npm: ChildProcess, url: string): Promise<void> {
  while (!((await answers(`${url}/readyz`)) && (await answers(url)))) {
    if (npm.exitCode !== null)
      throw new Error(`npm start ended with ${npm.exitCode}; see what \`npm start\` says`);
    await delay(askEveryMs);
  }
}

function answers(url: string): Promise<boolean> {
  return fetch(url, { headers: { accept: "text/html" } }).then(
    async (response) => {
      await response.arrayBuffer();
      return response.status === 200;
    },
    () => false,
  );
}

/** What the process holds in memory, as Linux counts it. */
export async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}

async function stop(npm: ChildProcess, pid: number): Promise<void> {
  const ended = once(npm, "exit");
  process.kill(pid, "SIGTERM");
  await ended;
}
