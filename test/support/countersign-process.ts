import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { projectFile } from "../../src/project-file.ts";
import { until } from "./until.ts";

export interface CountersignProcess {
  child: ChildProcess;
  /** All that it wrote so far, to either stream. */
  output(): string;
  stdout(): string;
  /** Waits until its output holds `text`; throws with the output if it ends before. */
  says(text: string, limitMs?: number): Promise<void>;
  kill(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  ended(): Promise<number | null>;
}

/** `countersign …` as a person starts it: the built program in a process of its own, with this environment and nothing of ours. */
export function startCountersign(
  args: readonly string[],
  environment: Record<string, string>,
  options: { cwd?: string; uid?: number; gid?: number } = {},
): CountersignProcess {
  const env = { PATH: process.env["PATH"] ?? "", HOME: "/tmp", ...environment };
  const child = spawn(process.execPath, [projectFile("bin/countersign.js"), ...args], {
    ...options,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
    stdout += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const exit = once(child, "close");
  return {
    child,
    output: () => output,
    stdout: () => stdout,
    async says(text, limitMs = 120_000) {
      await until(`the process says “${text}”`, () => output.includes(text) || hasEnded(), limitMs);
      if (!output.includes(text)) throw new Error(`the process ended without saying “${text}”:\n${output}`);
    },
    async kill(signal) {
      if (!hasEnded()) child.kill(signal);
      await exit;
      return { code: child.exitCode, signal: child.signalCode };
    },
    async ended() {
      await exit;
      return child.exitCode;
    },
  };
}
