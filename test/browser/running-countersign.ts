import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectFile } from "../../src/project-file.ts";

const program = projectFile("bin/countersign.js");
const run = promisify(execFile);

/** Where one installation keeps its data and listens; the same across its starts. */
export interface Installation {
  folder: string;
  port: number;
  stepFunctionsPort: number;
}

export interface RunningCountersign {
  /** Everything that it printed until it was ready. */
  printed: string;
  url: string;
  email: string | null;
  oneTimePassword: string | null;
  stepFunctionsUrl: string;
  /** Runs another command of the program on the same installation; gives what it prints. */
  command(...words: string[]): Promise<string>;
  /** Sends SIGTERM; gives the exit code and how long it took. */
  stop(): Promise<{ code: number | null; afterMs: number }>;
}

/** `countersign start` as a person runs it: the built program, a process of its own, nothing of this machine's configuration. */
export async function startCountersign(installation: Installation): Promise<RunningCountersign> {
  const options = { cwd: installation.folder, env: environmentOf(installation) };
  const child = spawn(process.execPath, [program, "start"], {
    ...options,
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A run of the tests that is cut off takes the product with it.
  const onExit = () => void child.kill("SIGTERM");
  process.once("exit", onExit);
  child.once("exit", () => process.off("exit", onExit));
  const printed = await untilReady(child);
  const told = (name: string) => new RegExp(`^ +${name} +(\\S+)`, "m").exec(printed)?.[1] ?? null;
  return {
    printed,
    url: told("page") ?? "",
    email: told("sign in as"),
    oneTimePassword: told("with \\(one time\\)"),
    stepFunctionsUrl: told("Step Functions") ?? "",
    command: async (...words) => (await run(process.execPath, [program, ...words], options)).stdout,
    stop: () => stop(child, installation),
  };
}

function environmentOf({ folder, port, stepFunctionsPort }: Installation): Record<string, string> {
  const { PATH = "", HOME = folder } = process.env;
  return {
    PATH,
    HOME,
    PORT: String(port),
    COUNTERSIGN_STEP_FUNCTIONS_PORT: String(stepFunctionsPort),
    COUNTERSIGN_DATA: join(folder, "data"),
  };
}

/** Resolves with what it printed so far; throws with it if the process ends instead. */
async function untilReady(child: ChildProcess): Promise<string> {
  let printed = "";
  const ready = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (chunk: string) => {
        printed += chunk;
        // The last line of the banner.
        if (/^ +try it .*\n/m.test(printed)) resolve(printed);
      });
    }
  });
  const ended = once(child, "exit").then(() => {
    throw new Error(`countersign start ended before it was ready:\n${printed}`);
  });
  return Promise.race([ready, ended]);
}

/** Far more than it takes; whoever hangs this long is ended hard, its Postgres too, so that nothing is left running. */
const patienceMs = 90_000;

async function stop(child: ChildProcess, { folder }: Installation) {
  const startedAt = performance.now();
  if (child.exitCode !== null || child.signalCode !== null) return { code: child.exitCode, afterMs: 0 };
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => {
    child.kill("SIGKILL");
    void killPostgres(folder);
  }, patienceMs);
  await ended;
  clearTimeout(timer);
  return { code: child.exitCode, afterMs: performance.now() - startedAt };
}

/** The process id of the installation's Postgres; null once it has ended in good order. */
export async function postgresPid(folder: string): Promise<number | null> {
  const file = join(folder, "data", "postgres", "data", "postmaster.pid");
  const text = await readFile(file, "utf8").catch(() => null);
  return text === null ? null : Number(text.split("\n")[0]);
}

async function killPostgres(folder: string): Promise<void> {
  const pid = await postgresPid(folder);
  if (pid !== null) process.kill(pid, "SIGQUIT");
}
