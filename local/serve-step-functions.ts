import { setImmediate as nextTurn } from "node:timers/promises";
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ConfigError, parseConfig } from "../src/config.ts";
import { closeOnSignals, createLifecycle } from "../src/lifecycle.ts";
import { createLog } from "../src/log.ts";
import { readFunctions } from "./read-functions.ts";
import { startStepFunctions } from "./step-functions/server.ts";

export interface ServeOptions {
  /** 0 takes a free one. */
  port: number;
  host: string;
  /** Where executions survive; false: nowhere. The one of `countersign start` if left out. */
  folder?: string | false;
  /** `NAME=URL|module`, or a file with several. */
  functions: readonly string[];
  throttling?: "large" | "other";
  region?: string;
  account: string;
}

/** `countersign sfn serve`: the local Step Functions endpoint alone, until a signal ends it. Throws ConfigError. */
export async function serveStepFunctions(
  environment: Readonly<Record<string, string | undefined>>,
  options: ServeOptions,
  print: (line: string) => void,
): Promise<void> {
  const config = parseConfig(environment, { embedded: true });
  const { port, host, throttling, folder = join(config.dataFolder, "step-functions") } = options;
  const log = createLog(config.logLevel, "step-functions");
  const lifecycle = createLifecycle(log);
  const region = options.region ?? config.region ?? "us-east-1";
  const endpoint = await startStepFunctions({
    port,
    host,
    region,
    accountId: options.account,
    functions: await readFunctions(options.functions),
    ...(throttling === undefined ? {} : { throttling }),
    ...(folder === false ? {} : { journalFolder: await ownFolder(folder) }),
    // pino prints the stack of what is called `err`.
    log: (level, message, { error, ...fields }) =>
      log[level](error === undefined ? fields : { ...fields, err: error }, message),
  }).catch((error: unknown) => {
    throw inWords(error, `${host}:${port}`);
  });
  lifecycle.onClose("endpoint", () => endpoint.close());
  lifecycle.onClose("open polls", async () => {
    endpoint.releasePolls();
    // Their replies are written in this turn; closing cuts connections off.
    await nextTurn();
  });
  closeOnSignals(lifecycle, log);
  print(`Step Functions is ready at ${endpoint.url}; stop it with Ctrl-C.`);
  print(folder === false ? "Executions end with it." : `Executions survive in ${folder}.`);
  print("");
  print(`  export AWS_ENDPOINT_URL_SFN=${endpoint.url} AWS_ENDPOINT_URL_SQS=${endpoint.url}`);
  print(
    `  export AWS_REGION=${region} AWS_DEFAULT_REGION=${region} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local`,
  );
}

/** Made if need be, and no part of the repository in which it lies. */
async function ownFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, ".gitignore"), "*\n");
  return resolve(folder);
}

function inWords(error: unknown, address: string): unknown {
  if (!(error instanceof Error) || !("code" in error)) return error;
  if (error.code === "EADDRINUSE")
    return new ConfigError(`${address} is taken (by another endpoint?): give --port another, or 0 for any.`);
  return error;
}
