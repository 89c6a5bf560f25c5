import { InvalidArgumentError, type Command } from "commander";
import type { Anchor } from "../../application/verify-checkpoints.ts";
import type { ExportOptions } from "./export.ts";
import type { VerifyOptions } from "./verify.ts";

export interface AuditSurroundings {
  environment: Readonly<Record<string, string | undefined>>;
  print: (line: string) => void;
  /** For what a script that reads the output need not see. */
  note: (line: string) => void;
  /** Resolves when the text is on its way, so that a slow reader is waited for. */
  write: (text: string) => Promise<void>;
}

/** `countersign audit …`: proving and exporting the audit trail. */
export function defineAuditCommands(
  program: Command,
  { environment, print, note, write }: AuditSurroundings,
): void {
  const audit = program.command("audit").description("the audit trail: prove it, export it");
  audit
    .command("verify")
    .description("recompute the whole trail; names what is broken and where (exit code 1)")
    .option("--file <path>", "an export instead of the database; needs no network")
    .option(
      "--keys <url|file>",
      "the public keys to trust, and no others; COUNTERSIGN_SECRET's and COUNTERSIGN_RETIRED_KEYS if left out",
    )
    .option("--anchor <number:hash>", "a checkpoint that was kept elsewhere and has to be there", parseAnchor)
    .option("--with-history", "compare every decision with GetExecutionHistory, too")
    .action(async (options: VerifyOptions) => {
      const { verifyCommand } = await import("./verify.ts");
      await verifyCommand(environment, options, print);
    });
  audit
    .command("export")
    .description("write the events of an interval as JSON Lines; the last line is a signature")
    .option("--from <time>", "ISO 8601, included: 2026-01-01 or 2026-01-01T00:00:00Z", parseTime)
    .option("--to <time>", "ISO 8601, not included", parseTime)
    .option("--output <path>", "a file, readable by its owner alone; standard output if left out")
    .action(async (options: ExportOptions) => {
      const { exportCommand } = await import("./export.ts");
      await exportCommand(environment, options, { write, note });
    });
}

function parseTime(value: string): Date {
  const time = new Date(value);
  if (!/^\d{4}-\d\d-\d\d(T|$)/.test(value) || Number.isNaN(time.getTime()))
    throw new InvalidArgumentError("is not a time like 2026-01-01 or 2026-01-01T08:30:00Z");
  return time;
}

function parseAnchor(value: string): Anchor {
  const [, checkpoint, hash = ""] = /^([1-9]\d{0,8}):([0-9a-f]{64})$/.exec(value) ?? [];
  if (checkpoint === undefined)
    throw new InvalidArgumentError("is not NUMBER:HASH, as `countersign audit verify` prints it");
  return { checkpoint: Number(checkpoint), hash };
}
