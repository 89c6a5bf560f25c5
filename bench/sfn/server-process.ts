import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { freePort } from "../../local/free-port.ts";
import { projectFile } from "../../src/project-file.ts";

/** A server in a process of its own, so that what it takes can be told from what its caller takes. */
export interface ServerProcess extends AsyncDisposable {
  url: string;
  pid: number;
  /** From its start to its answering. */
  readyMs: number;
  /** What it has taken of a processor so far. */
  cpuMs(): number;
}

/** `countersign sfn serve` on a folder, as users have it; null: with `--no-folder`. */
export async function serve(folder: string | null): Promise<ServerProcess> {
  const port = await freePort();
  const kept = folder === null ? ["--no-folder"] : ["--folder", folder];
  const args = [projectFile("bin/countersign.js"), "sfn", "serve", "--port", String(port), ...kept];
  return serverProcess(args, `http://127.0.0.1:${port}`);
}

/** A server that answers the same calls at once and does nothing: what HTTP costs without Step Functions. */
export async function serveNothing(): Promise<ServerProcess> {
  const port = await freePort();
  const args = ["--import", "tsx", projectFile("bench/sfn/instant-server.ts"), String(port)];
  return serverProcess(args, `http://127.0.0.1:${port}`);
}

async function serverProcess(args: readonly string[], url: string): Promise<ServerProcess> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: projectFile("."),
    env: { PATH: process.env["PATH"], COUNTERSIGN_LOG_LEVEL: "error", NODE_NO_WARNINGS: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  await Promise.race([
    once(child.stdout, "data"),
    ended.then(([code]) => Promise.reject(new Error(`${args.join(" ")} ended with ${String(code)}`))),
  ]);
  const readyMs = performance.now() - startedAt;
  child.stdout.resume();
  const pid = child.pid ?? 0;
  return {
    url,
    pid,
    readyMs,
    cpuMs: () => cpuMs(pid),
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** Linux counts in hundredths of a second, user and system: the 14th and 15th field, the 12th and 13th after the name. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
