import { spawn } from "node:child_process";
import { once } from "node:events";
import { residentMb } from "./product-process.ts";

/** A Node that does nothing, as the measure for the machine. */
export async function bareNode(): Promise<{ startS: number; residentMb: number }> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ["-e", 'console.log("up"); process.stdin.resume()'], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  const startS = (performance.now() - startedAt) / 1000;
  const resident = await residentMb(child.pid ?? 0);
  const ended = once(child, "exit");
  child.stdin.end();
  await ended;
  return { startS, residentMb: resident };
}
