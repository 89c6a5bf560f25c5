import { createReadStream } from "node:fs";

export interface ReadTo {
  /** Where the last whole line ended, in bytes. */
  readonly end: number;
  /** Bytes after it: a line that was not written to its end. */
  readonly torn: number;
}

const newline = 0x0a;

/**
 * Hands each whole line of a file to `take`, with its number from 1. Only what a newline ends is a line. `end` (bytes) reads no further
 * than that.
 */
export async function readLines(
  path: string,
  take: (line: string, number: number) => void,
  end = Infinity,
): Promise<ReadTo> {
  let rest: Buffer[] = [];
  let number = 0;
  let read = 0;
  const chunks = end === 0 ? [] : createReadStream(path, { highWaterMark: 1 << 20, end: end - 1 });
  for await (const chunk of chunks as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
      const line = Buffer.concat([...rest, chunk.subarray(from, at)]);
      rest = [];
      from = at + 1;
      read += line.length + 1;
      number += 1;
      take(line.toString("utf8"), number);
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
  }
  return { end: read, torn: rest.reduce((sum, { length }) => sum + length, 0) };
}
