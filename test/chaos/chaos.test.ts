import { expect, it } from "vitest";
import { findProgram } from "../support/find-program.ts";
import { shortPlan } from "./plan.ts";
import { runChaos } from "./run-chaos.ts";

it("keeps every promise while processes die, Postgres and Redis restart, and Step Functions goes wrong (`npm run chaos`, in short)", async () => {
  const seed = Math.floor(Math.random() * 1_000_000);
  const lines: string[] = [];
  const { verdicts, summary } = await runChaos(shortPlan(seed), findProgram("redis-server"), (line) =>
    lines.push(line),
  );
  const broken = verdicts.filter(({ violations }) => violations.length > 0);
  expect(broken, `seed ${seed}\n${lines.join("\n")}\n${JSON.stringify(summary)}`).toEqual([]);
  // It has seen something.
  expect(verdicts.every(({ checked }) => checked > 0)).toBe(true);
}, 180_000);
