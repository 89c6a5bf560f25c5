import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, describe, expect, it } from "vitest";
import { FolderTaken, lockFolder, ownerOf } from "../../../local/step-functions/journal/folder-lock.ts";
import { until } from "./harness.ts";

const root = await mkdtemp(join(tmpdir(), "countersign-lock-"));
afterAll(() => rm(root, { recursive: true, force: true }));

const stateOf = async (pid: number) => {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
};

describe.runIf(existsSync("/proc/self/stat"))("the lock of a folder", () => {
  it("counts for nothing as soon as its process was killed, even if nobody has asked for its end yet", async () => {
    // The shell gives way to a program that never asks for the end of its children.
    const shell = spawn("sh", ["-c", "sleep 100 & echo $!; exec sleep 100"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    try {
      const lines = createInterface({ input: shell.stdout })[Symbol.asyncIterator]();
      const line: unknown = (await lines.next()).value;
      const pid = Number(line);
      const [, ...fields] = await stateOf(pid);
      await writeFile(join(root, "lock"), `${pid} ${fields[18] ?? ""}`);
      expect(await ownerOf(root)).toBe(pid);
      await expect(lockFolder(root)).rejects.toThrow(FolderTaken);
      process.kill(pid, "SIGKILL");
      let state = "";
      const look = setInterval(() => void stateOf(pid).then(([now = ""]) => (state = now)), 5);
      await until(() => state === "Z");
      clearInterval(look);
      expect(await ownerOf(root)).toBeNull();
      await (
        await lockFolder(root)
      )();
    } finally {
      shell.kill("SIGKILL");
    }
  });
});
