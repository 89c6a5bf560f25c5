import type { Logger } from "pino";
import { compose, type Composed } from "./compose.ts";
import { findConfigFile, readConfigFile } from "./config-file.ts";
import { ConfigError, parseConfig, type Config } from "./config.ts";
import type { ConfigFile } from "./contract/config-file.ts";
import { closeOnSignals, createLifecycle, type Lifecycle } from "./lifecycle.ts";
import { createLog } from "./log.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface OpenProcess {
  config: Config & { databaseUrl: string; secret: string; publicUrl: string };
  configFile: ConfigFile;
  composed: Composed;
  log: Logger;
  lifecycle: Lifecycle;
}

/** What `countersign api` and `countersign worker` have in common: configuration, log, adapters, signals. Throws ConfigError. */
export async function openProcess(environment: Environment, part: string): Promise<OpenProcess> {
  const config = parseConfig(environment, { embedded: false });
  const { databaseUrl, secret } = config;
  if (databaseUrl === null || secret === null)
    throw new ConfigError("DATABASE_URL and COUNTERSIGN_SECRET are missing");
  const path = findConfigFile(config.configFile);
  if (path === null)
    throw new ConfigError(
      "There is no countersign.yaml here: write one (docs/configuration.md), or name it in COUNTERSIGN_CONFIG.",
    );
  const configFile = await readConfigFile(path, environment);
  const log = createLog(config.logLevel, part);
  const lifecycle = createLifecycle(log);
  closeOnSignals(lifecycle, log);
  // The SDK reads region, credentials and AWS_ENDPOINT_URL_SFN from the environment by itself.
  const stepFunctions = { region: config.region, endpoint: null, credentials: null };
  const publicUrl = config.publicUrl ?? `http://${config.host}:${config.port}`;
  const composed = await compose({
    databaseUrl,
    redisUrl: config.redisUrl,
    stepFunctions,
    secret,
    signingKeyPem: config.signingKeyPem,
    retiredKeys: config.retiredKeys,
    publicUrl,
    configFile,
    log,
    lifecycle,
  });
  // Nobody waits for it: without Postgres, too, a process starts.
  void composed.warnOfRights();
  return { config: { ...config, databaseUrl, secret, publicUrl }, configFile, composed, log, lifecycle };
}
