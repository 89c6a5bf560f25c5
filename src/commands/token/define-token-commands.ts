import { InvalidArgumentError, Option, type Command } from "commander";
import { defaultOverlapSeconds, overlapMaxSeconds } from "../../contract/api-token.ts";
import { tokenScopeShape, type TokenScope } from "../../contract/token-scope.ts";
import type { TokenCreateOptions } from "./create.ts";

export interface TokenSurroundings {
  environment: Readonly<Record<string, string | undefined>>;
  print: (line: string) => void;
  /** For what a script that reads the output need not see. */
  note: (line: string) => void;
}

/** `countersign token …`: bots' bearer tokens, straight in the database. */
export function defineTokenCommands(program: Command, { environment, print, note }: TokenSurroundings): void {
  const token = program.command("token").description("bearer tokens for bots");
  token
    .command("create")
    .description("make a token and print it, alone, on standard output; it is shown this once")
    .requiredOption("--name <name>", "who uses it; stands in every vote that it makes")
    .addOption(
      new Option("--scope <scope>", "read, decide or admin; may be given more than once")
        .argParser(collectScope)
        .makeOptionMandatory(),
    )
    .option(
      "--activity <pattern>",
      "only of this activity, ARN or name, * for anything; more than once",
      collect,
    )
    .option("--repository <pattern>", "only of this repository, like acme/*; more than once", collect)
    .addOption(
      new Option("--verdict <verdict>", "the only verdict that it may give").choices(["approve", "reject"]),
    )
    .option("--expires-in <span>", "when it ends: 12h, 90d, 8w; never if left out", parseSpan)
    .option("--expires-in-days <days>", "the same in days", parseDays)
    .action(async (options: TokenCreateOptions) =>
      (await import("./create.ts")).tokenCreateCommand(environment, options, { print, note }),
    );
  token
    .command("list")
    .description("every token that lives, with its limits, last use and end")
    .option("--all", "those that are revoked or have expired, too")
    .action(async (options: { all?: boolean }) =>
      (await import("./list.ts")).tokenListCommand(environment, options, print),
    );
  token
    .command("rotate <id|name>")
    .description("give a token a new secret and print it, alone; the old one stays good for the overlap")
    .option(
      "--overlap <span>",
      "how long the old secret stays good: 0, 30m, 24h, up to 30d",
      parseOverlap,
      defaultOverlapSeconds,
    )
    .action(async (idOrName: string, options: { overlap: number }) =>
      (await import("./rotate.ts")).tokenRotateCommand(environment, idOrName, options, { print, note }),
    );
  token
    .command("revoke <id|name>")
    .description("end a token at once, and those that it has made")
    .action(async (idOrName: string) =>
      (await import("./revoke.ts")).tokenRevokeCommand(environment, idOrName, print),
    );
}

function collect(value: string, earlier: string[] | undefined): string[] {
  return [...(earlier ?? []), value];
}

function collectScope(value: string, earlier: TokenScope[] | undefined): TokenScope[] {
  const parsed = tokenScopeShape.safeParse(value);
  if (!parsed.success) throw new InvalidArgumentError("is none of read, decide and admin");
  return [...new Set([...(earlier ?? []), parsed.data])];
}

const secondsOf = { s: 1, m: 60, h: 3600, d: 24 * 3600, w: 7 * 24 * 3600 } as const;

/** In seconds. */
function parseSpan(value: string): number {
  const [, number, unit] = /^(\d{1,6})([smhdw])$/.exec(value) ?? [];
  if (number === undefined || unit === undefined)
    throw new InvalidArgumentError("is not a time span like 30m, 12h, 90d or 8w");
  return Number(number) * secondsOf[unit as keyof typeof secondsOf];
}

function parseOverlap(value: string): number {
  const seconds = value === "0" ? 0 : parseSpan(value);
  if (seconds > overlapMaxSeconds) throw new InvalidArgumentError("is longer than 30 days");
  return seconds;
}

function parseDays(value: string): number {
  const days = Number(value);
  if (!Number.isInteger(days) || days < 1) throw new InvalidArgumentError("is not a whole number of days");
  return days;
}
