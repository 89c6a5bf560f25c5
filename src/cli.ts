import type { ReceiptOptions } from "./commands/receipt-verify.ts";
import { Command, CommanderError, Option, InvalidArgumentError } from "commander";
import { defineAuditCommands } from "./commands/audit/define-audit-commands.ts";
import { definePeopleCommands } from "./commands/people/define-people-commands.ts";
import { defineSfnCommands } from "./commands/sfn/define-sfn-commands.ts";
import { defineTokenCommands } from "./commands/token/define-token-commands.ts";
import { ConfigError } from "./config.ts";

/** The command line. Each command loads only what it needs, so that `--help` is quick. */
const program = new Command("countersign")
  .description("People and bots decide what AWS Step Functions waits for.")
  .showHelpAfterError("(countersign --help shows every command)");

program
  .command("start")
  .description("the whole product in one process, with everything that is not configured brought along")
  .action(async () => (await import("../local/main.ts")).start(process.env, console.log));

program
  .command("api")
  .description("serve pages, REST API and webhooks (needs DATABASE_URL and COUNTERSIGN_SECRET)")
  .action(async () => (await import("./server.ts")).serve(process.env));

program
  .command("worker")
  .description("take task tokens, keep them alive, send answers (needs DATABASE_URL and COUNTERSIGN_SECRET)")
  .action(async () => (await import("../workers/main.ts")).work(process.env));

program
  .command("migrate")
  .description("bring the database to the newest schema")
  .action(async () => (await import("./commands/migrate.ts")).migrateCommand(process.env, console.log));

program
  .command("check")
  .description("check the environment and countersign.yaml; names every fault")
  .action(async () => (await import("./commands/check.ts")).checkCommand(process.env, console.log));

program
  .command("push")
  .description("send a signed push webhook, as GitHub would, to a running Countersign")
  .option("--repository <owner/name>", "whose push", "acme/shop")
  .option("--branch <name>", "which branch", "main")
  .option("--commit <hash>", "40 hex digits; a random one if left out")
  .option("--title <text>", "the commit's message", "Try the approval flow")
  .action(async (options: PushOptions) =>
    (await import("./commands/push.ts")).pushCommand(process.env, options, console.log),
  );

interface PushOptions {
  repository: string;
  branch: string;
  commit?: string;
  title: string;
}

defineTokenCommands(program, { environment: process.env, print: console.log, note: console.error });

definePeopleCommands(program, process.env, console.log);

const receipt = program.command("receipt").description("signed receipts of decisions");
receipt
  .command("verify <receipt>")
  .description("check a receipt before acting on it (-: from standard input, a task's whole output will do)")
  .option(
    "--keys <url|file>",
    "the public keys; /.well-known/countersign-keys.json of COUNTERSIGN_PUBLIC_URL if left out",
  )
  .option("--commit <hash>", "the commit that is about to be deployed")
  .option("--repository <owner/name>", "its repository")
  .option("--execution <arn>", "the execution that waited")
  .option("--state <name>", "the state in it that waited: an execution may have several approvals")
  .option("--activity <arn>", "the activity of that state")
  .option("--issuer <url>", "the Countersign that has to have signed it, as COUNTERSIGN_PUBLIC_URL names it")
  .addOption(
    new Option("--verdict <verdict>", "what it must say")
      .choices(["approve", "reject", "any"])
      .default("approve"),
  )
  .action(async (text: string, options: ReceiptOptions) =>
    (await import("./commands/receipt-verify.ts")).receiptVerifyCommand(process.env, text, options, {
      print: console.log,
      readInput: async () => (await import("node:stream/consumers")).text(process.stdin),
    }),
  );

const approvals = program
  .command("approvals")
  .description(
    "list and decide over the REST API (COUNTERSIGN_PUBLIC_URL, and a bearer token in COUNTERSIGN_TOKEN)",
  );
approvals
  .command("list")
  .option("--status <status>", "pending, approved, rejected or lapsed", "pending")
  .option("--commit <hash>", "of this commit only")
  .action(async (options: { status: string; commit?: string }) =>
    (await import("./commands/approvals.ts")).listCommand(process.env, options, console.log),
  );
approvals
  .command("show <id>")
  .action(async (id: string) =>
    (await import("./commands/approvals.ts")).showCommand(process.env, id, console.log),
  );
for (const verdict of ["approve", "reject"] as const) {
  approvals
    .command(`${verdict} <id>`)
    .option("--comment <text>", "why")
    .option("--shown <digest>", "`shown` of the approval that you looked at: refused if it has changed since")
    .option("--form <json>", "the policy's form filled in, a JSON object", parseForm)
    .action(async (id: string, options: { comment?: string; shown?: string; form?: object }) =>
      (await import("./commands/approvals.ts")).decideCommand(process.env, id, verdict, options, console.log),
    );
}

defineAuditCommands(program, {
  environment: process.env,
  print: console.log,
  note: console.error,
  write: (text) =>
    new Promise((written, failed) => {
      process.stdout.write(text, (error) => (error ? failed(error) : written()));
    }),
});

defineSfnCommands(program, {
  environment: process.env,
  print: console.log,
  note: console.error,
  serve: async (options) =>
    (await import("../local/serve-step-functions.ts")).serveStepFunctions(process.env, options, console.log),
});

/** These go on until a signal ends them. */
const goOn = new Set(["start", "api", "worker", "sfn serve"]);
const nameOf = (command: Command): string =>
  command.parent === null || command.parent === program
    ? command.name()
    : `${nameOf(command.parent)} ${command.name()}`;
// Prisma's schema engine leaves a timer of 10 s behind; a command that has done its work need not wait for it.
program.hook("postAction", async (_program, command) => {
  if (goOn.has(nameOf(command))) return;
  // A long output into a pipe is still on its way.
  await new Promise((written) => process.stdout.write("", written));
  process.exit();
});

try {
  await program.exitOverride().parseAsync();
} catch (error) {
  // A part that could not be closed must not keep a failed command alive.
  process.exit(report(error));
}

/** What went wrong, in words; a stack only for what nobody foresaw. Returns the exit code. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode;
  if (error instanceof ConfigError || (error instanceof Error && "code" in error))
    console.error(error.message);
  else if (error instanceof Error)
    console.error(
      error.cause instanceof Error ? `${error.message}\n  ${error.cause.message}` : error.message,
    );
  else console.error(error);
  return 1;
}

function parseForm(value: string): object {
  try {
    const form: unknown = JSON.parse(value);
    if (typeof form === "object" && form !== null && !Array.isArray(form)) return form;
  } catch {
    // Told below.
  }
  throw new InvalidArgumentError("is not a JSON object");
}
