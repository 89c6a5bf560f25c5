import { existsSync } from "node:fs";
import { rm, truncate } from "node:fs/promises";
import { applyFact, type Fact } from "../engine/apply-fact.ts";
import { newWorld, type World } from "../engine/world.ts";
import type { Log } from "../wire/http-handler.ts";
import { isMostlySpare, survey } from "./compaction.ts";
import { factOf } from "./fact-line.ts";
import { JournalFault } from "./journal-fault.ts";
import { header, unfinished } from "./journal-file.ts";
import { readLines } from "./read-lines.ts";

export interface Replayed {
  readonly world: World;
  readonly facts: number;
  /** When the last of them happened, in epoch milliseconds. */
  readonly lastAt: number;
  /** Most of the file is not needed any more. */
  readonly mostlySpare: boolean;
}

/**
 * Makes the world of a journal's facts. A last line that was not written to its end is taken away, with a notice: nobody was ever told of
 * it. Throws JournalFault for any other line that is not as it was written.
 */
export async function replay(path: string, log: Log): Promise<Replayed> {
  const world = newWorld();
  const seen = survey();
  let facts = 0;
  let lastAt = 0;
  const take = (line: string, number: number) => {
    if (number === 1) return checkHeader(path, line);
    const fact = at(path, number, () => factOf(line));
    at(path, number, () => applyFact(world, fact));
    seen.see(fact);
    facts += 1;
    lastAt = Math.max(lastAt, timeOf(fact));
  };
  // What a compaction left that was killed.
  await rm(unfinished(path), { force: true });
  if (existsSync(path)) {
    const { end, torn } = await readLines(path, take);
    if (torn > 0) await repair(path, end, torn, log);
  }
  return { world, facts, lastAt, mostlySpare: isMostlySpare(seen) };
}

function checkHeader(path: string, line: string): void {
  if (line !== header)
    throw new JournalFault(
      `${path} is no journal that this version can read: its first line is ${JSON.stringify(line.slice(0, 80))} and not ${header}. ` +
        "Use the version that wrote it, or move the file away to begin a new one.",
    );
}

function at<T>(path: string, number: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new JournalFault(
      `${path}, line ${number}: ${error instanceof Error ? error.message : String(error)}. Nothing of it is thrown away: ` +
        "mend the line, put back a copy of the file, or move the file away to begin a new one.",
      { cause: error },
    );
  }
}

async function repair(path: string, end: number, torn: number, log: Log): Promise<void> {
  await truncate(path, end);
  log("info", "the journal's last line was not written to its end, and was taken away", {
    path,
    bytes: torn,
  });
}

/** When a fact happened; 0: it does not say. */
function timeOf(fact: Fact): number {
  switch (fact.type) {
    case "executionCreated":
      return fact.execution.startedAt;
    case "executionJoined":
      return fact.answer.event.at;
    case "executionEvent":
    case "taskHandedOut":
    case "tokenIssued":
      return fact.event.at;
    case "messageSent":
      return fact.message.sentAt;
    case "resumed":
      return fact.at;
    default:
      return 0;
  }
}
