import { closeSync, fdatasync, fdatasyncSync, fstatSync, ftruncateSync, openSync, writeSync } from "node:fs";

/** A file to which lines are added, each as a whole or not at all. */
export interface AppendFile {
  /** In bytes. */
  readonly size: number;
  /**
   * The line is with the operating system when this returns: a process that is killed then has written it. On the disk it is within
   * a second. Throws, and leaves no part of the line, if there is no room.
   */
  append(line: string): void;
  close(): void;
}

const syncAfterMs = 1_000;

export function appendFile(path: string): AppendFile {
  const fd = openSync(path, "a", 0o600);
  let size = fstatSync(fd).size;
  let broken = false;
  let sync: NodeJS.Timeout | undefined;
  const syncSoon = () => {
    sync ??= setTimeout(() => {
      fdatasync(fd, (error) => {
        sync = undefined;
        // What a disk has refused once it may have thrown away: nothing may be built on it.
        if (error !== null) broken = true;
      });
    }, syncAfterMs).unref();
  };
  return {
    get size() {
      return size;
    },
    append(line) {
      if (broken) throw new Error(`${path} could not be written, and may not be whole`);
      const bytes = Buffer.from(`${line}\n`);
      try {
        writeWhole(fd, bytes);
      } catch (error) {
        broken = true;
        ftruncateSync(fd, size);
        broken = false;
        throw error;
      }
      size += bytes.length;
      syncSoon();
    },
    close() {
      clearTimeout(sync);
      fdatasyncSync(fd);
      closeSync(fd);
    },
  };
}

function writeWhole(fd: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length;) written += writeSync(fd, bytes, written);
}
