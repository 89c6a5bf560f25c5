import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/**
 * After `kill -9` of its parent a server lives on and holds the folder; and after a crash of both, postmaster.pid may name a number
 * that some other process has now, and Postgres would refuse to start. Only a server that runs on this very folder is stopped.
 */
export async function stopLeftOver(dataFolder: string): Promise<void> {
  const pidFile = join(dataFolder, "postmaster.pid");
  const pid = Number((await readFile(pidFile, "utf8").catch(() => "")).split("\n")[0]);
  if (!Number.isInteger(pid) || pid <= 0) return;
  if (await runsOn(pid, dataFolder)) {
    process.kill(pid, "SIGINT");
    for (let tries = 0; tries < 200 && (await runsOn(pid, dataFolder)); tries += 1) await delay(50);
  }
  await rm(pidFile, { force: true });
}

async function runsOn(pid: number, dataFolder: string): Promise<boolean> {
  const command = await commandOf(pid);
  return command !== null && command.includes("postgres") && command.includes(dataFolder);
}

/** The command line of a process; null: there is none of this number. */
async function commandOf(pid: number): Promise<string | null> {
  if (existsSync("/proc/self/cmdline")) {
    const text = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    return text === "" ? null : text.replaceAll("\0", " ");
  }
  return new Promise((resolve) => {
    execFile("ps", ["-o", "command=", "-p", String(pid)], (error, stdout) =>
      resolve(error === null ? stdout : null),
    );
  });
}
