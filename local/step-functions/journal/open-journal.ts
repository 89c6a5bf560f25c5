import { chmod } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import type { Engine } from "../engine/engine.ts";
import type { World } from "../engine/world.ts";
import type { Log } from "../wire/http-handler.ts";
import { lineOf } from "./fact-line.ts";
import { FolderTaken, lockFolder } from "./folder-lock.ts";
import { forgettable } from "./forgettable.ts";
import { JournalFault } from "./journal-fault.ts";
import { openJournalFile } from "./journal-file.ts";
import { keptSecret } from "./kept-secret.ts";
import { replay } from "./replay.ts";

/** All that has happened, in a file: an endpoint that was killed goes on from it. */
export interface Journal {
  /** What the facts so far have made. */
  readonly world: World;
  readonly tokenSecret: Buffer;
  /** Writes down what happens from here on, before it does, and sets going again what was under way. */
  attach(engine: Engine): void;
  close(): Promise<void>;
}

/** Opens the journal in `folder`, or begins one. Throws JournalFault if it is not as it was written, or another process has it. */
export async function openJournal(
  folder: string,
  { clock, log }: { clock: Clock; log: Log },
): Promise<Journal> {
  const release = await takeFolder(folder);
  try {
    const path = join(folder, "journal.jsonl");
    const tokenSecret = Buffer.from(await keptSecret(folder, "token-secret"));
    const { world, facts, lastAt, mostlySpare } = await replay(path, log);
    const file = openJournalFile(path, mostlySpare, log);
    await chmod(path, 0o600);
    return {
      world,
      tokenSecret,
      attach(engine) {
        engine.onFact((fact) => file.append(lineOf(fact)));
        const at = clock.now();
        if (facts > 0) engine.record({ type: "resumed", at, awayMs: Math.max(0, at - lastAt) });
        const arns = forgettable(engine.world, at);
        if (arns.length > 0) engine.record({ type: "executionsForgotten", arns });
        engine.resume();
      },
      async close() {
        await file.close();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

async function takeFolder(folder: string): Promise<() => Promise<void>> {
  try {
    return await lockFolder(folder);
  } catch (error) {
    if (!(error instanceof FolderTaken)) throw error;
    throw new JournalFault(
      `The journal in ${folder} belongs to the process ${error.owner}. Stop that, or use another folder.`,
      { cause: error },
    );
  }
}
