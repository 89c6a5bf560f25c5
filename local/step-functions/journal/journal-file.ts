import { closeSync, fsyncSync, openSync, readSync, renameSync, writeSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Log } from "../wire/http-handler.ts";
import { appendFile } from "./append-file.ts";
import { isMostlySpare, survey } from "./compaction.ts";
import { factOf, lineOf } from "./fact-line.ts";
import { readLines } from "./read-lines.ts";

/** The first line. A later version of the format has another number. */
export const header = JSON.stringify({ journal: "countersign-step-functions", version: 1 });

/** Where a compaction writes until it is done. */
export function unfinished(path: string): string {
  return `${path}.next`;
}

export interface JournalFile {
  /** Throws if the line cannot be written; then none of it is. */
  append(line: string): void;
  close(): Promise<void>;
}

/** A journal is looked through for what it can do without when it has grown by as much again, and by no less than this. */
const leastGrowthBytes = 32 * 1024 * 1024;

/** `mostlySpare`: it is worth while to look through it at once. */
export function openJournalFile(path: string, mostlySpare: boolean, log: Log): JournalFile {
  let file = appendFile(path);
  if (file.size === 0) file.append(header);
  const grown = () => file.size * 2 + leastGrowthBytes;
  let lookAt = mostlySpare ? 0 : grown();
  let looking: Promise<void> | null = null;
  let closed = false;

  async function look(): Promise<void> {
    const upTo = file.size;
    const next = unfinished(path);
    try {
      if ((await writeCompacted(path, next, upTo)) && !closed) {
        // From here to the new file nothing else runs: no line can come in between.
        copyTail(path, next, upTo);
        file.close();
        renameSync(next, path);
        syncFile(dirname(path));
        file = appendFile(path);
        log("info", "the journal was compacted", { path, bytesBefore: upTo, bytes: file.size });
      }
    } catch (error) {
      log("error", "the journal could not be compacted; it goes on as it is", { path, error });
    }
    await rm(next, { force: true });
    lookAt = grown();
    looking = null;
  }

  return {
    append(line) {
      file.append(line);
      if (file.size > lookAt && looking === null) looking = look();
    },
    async close() {
      closed = true;
      await looking;
      file.close();
    },
  };
}

/** Writes what is left of the first `upTo` bytes; false if that is about as much. */
async function writeCompacted(path: string, next: string, upTo: number): Promise<boolean> {
  const seen = survey();
  await readLines(path, (line, number) => void (number > 1 && seen.see(factOf(line))), upTo);
  if (!isMostlySpare(seen)) return false;
  const target = appendFile(next);
  try {
    const leave = (line: string) => {
      const fact = factOf(line);
      const left = seen.leave(fact);
      if (left !== null) target.append(left === fact ? line : lineOf(left));
    };
    await readLines(path, (line, number) => (number === 1 ? target.append(line) : leave(line)), upTo);
  } finally {
    target.close();
  }
  return true;
}

function copyTail(from: string, to: string, start: number): void {
  const source = openSync(from, "r");
  const target = openSync(to, "a");
  const chunk = Buffer.alloc(1 << 20);
  let at = start;
  for (let read = readSync(source, chunk, 0, chunk.length, at); read > 0;) {
    for (let written = 0; written < read;) written += writeSync(target, chunk, written, read - written);
    at += read;
    read = readSync(source, chunk, 0, chunk.length, at);
  }
  fsyncSync(target);
  closeSync(target);
  closeSync(source);
}

/** Of a folder: what was renamed in it stays so. */
function syncFile(path: string): void {
  const fd = openSync(path, "r");
  fsyncSync(fd);
  closeSync(fd);
}
