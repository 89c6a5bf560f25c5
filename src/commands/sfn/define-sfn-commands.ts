import { InvalidArgumentError, Option, type Command } from "commander";
import type { CreateOptions } from "./create.ts";
import type { StartOptions } from "./start.ts";
import type { Environment, Print } from "./with-sfn.ts";

/** As the command line gives it to the endpoint's own process. */
export interface ServeOptions {
  port: number;
  host: string;
  folder?: string | false;
  functions: readonly string[];
  throttling?: "large" | "other";
  region?: string;
  account: string;
}

export interface SfnSurroundings {
  environment: Environment;
  print: Print;
  /** For what a script that reads the output need not see. */
  note: Print;
  /** Goes on until a signal ends it. */
  serve(options: ServeOptions): Promise<void>;
}

/** `countersign sfn …`: the local Step Functions endpoint as a tool of its own. */
export function defineSfnCommands(program: Command, surroundings: SfnSurroundings): void {
  const { environment, print, note } = surroundings;
  const sfn = program
    .command("sfn")
    .description(
      "a Step Functions endpoint on this machine (the others talk to AWS_ENDPOINT_URL_SFN, else to port 8083)",
    );
  defineServe(sfn, surroundings);

  sfn
    .command("create")
    .description("create state machines from their definitions, or update them; prints their ARNs")
    .requiredOption("-f, --file <files...>", "JSON (.asl.json, .json) or YAML (.yaml, .yml)")
    .option("--name <name>", "the machine's name; the file's if left out")
    .option("--substitute <NAME=VALUE>", "what ${NAME} in the file stands for; may be repeated", collectPair)
    .option("--no-create-missing", "leave out the activities and queues that the definition names")
    .action(async (options: CreateOptions) =>
      (await import("./create.ts")).createCommand(environment, options, print, note),
    );

  sfn
    .command("start")
    .description("start an execution and print its ARN")
    .requiredOption("--machine <name|arn>", "of which state machine")
    .option("--name <name>", "the execution's name; a random one if left out")
    .option("--input <json|@file|->", "its input; - reads it from standard input", "{}")
    .option("--wait", "wait for its end, print status and output; exit code 1 unless it succeeds")
    .action(async (options: StartOptions) => {
      const { text } = await import("node:stream/consumers");
      const { startCommand } = await import("./start.ts");
      process.exitCode = await startCommand(environment, options, print, () => text(process.stdin));
    });

  sfn
    .command("history <name|arn>")
    .description("what has happened in an execution")
    .option("--machine <name|arn>", "of which state machine, if several have an execution of this name")
    .option("--json", "all events, whole, as the API has them")
    .action(async (execution: string, options: { machine?: string; json?: boolean }) =>
      (await import("./history.ts")).historyCommand(
        environment,
        execution,
        { ...options, width: width() },
        print,
      ),
    );

  sfn
    .command("list")
    .description("the state machines, or the executions of one")
    .option("--machine <name|arn>", "whose executions")
    .action(async (options: { machine?: string }) =>
      (await import("./list.ts")).listCommand(environment, { ...options, width: width() }, print),
    );
}

function defineServe(sfn: Command, { serve }: SfnSurroundings): void {
  sfn
    .command("serve")
    .description(
      "serve the API of Step Functions, and of SQS as far as callbacks need it, until a signal ends it",
    )
    .option("--port <port>", "0 takes a free one", parsePort, 8083)
    .option(
      "--host <host>",
      "nothing checks who calls: leave it, unless the network is yours alone",
      "127.0.0.1",
    )
    .option("--folder <folder>", "where executions survive (default: step-functions in COUNTERSIGN_DATA)")
    .option("--no-folder", "let executions end with the process")
    .option(
      "--functions <NAME=URL|module|file>",
      "what stands in for a Lambda function, or a YAML or JSON file with several; may be repeated",
      collect,
      [],
    )
    .addOption(
      new Option(
        "--throttling <region>",
        "hold callers to AWS's rates, as in large regions or in the others",
      ).choices(["large", "other"]),
    )
    .option("--region <region>", "in ARNs; AWS_REGION or us-east-1 if left out")
    .option("--account <id>", "in ARNs", parseAccount, "123456789012")
    .action(async (options: ServeOptions) => serve(options));
}

/** Of the terminal; wide enough for most when it is none. */
function width(): number {
  return process.stdout.columns ?? 200;
}

function collect(value: string, earlier: readonly string[]): string[] {
  return [...earlier, value];
}

function collectPair(value: string, earlier: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [, name, text] = /^(\w+)=(.*)$/s.exec(value) ?? [];
  if (name === undefined || text === undefined) throw new InvalidArgumentError("is not NAME=VALUE");
  return { ...earlier, [name]: text };
}

function parsePort(value: string): number {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 0 || port > 65_535 || value.trim() === "")
    throw new InvalidArgumentError("is no port");
  return port;
}

function parseAccount(value: string): string {
  if (!/^\d{12}$/.test(value)) throw new InvalidArgumentError("is not 12 digits");
  return value;
}
