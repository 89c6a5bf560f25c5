import { join } from "node:path";
import type { Logger } from "pino";
import { compose } from "../src/compose.ts";
import { findConfigFile, readConfigFile } from "../src/config-file.ts";
import { ConfigError, parseConfig, type Config } from "../src/config.ts";
import type { StepFunctionsSettings } from "../src/adapters/step-functions/clients.ts";
import { closeOnSignals, createLifecycle, type Lifecycle } from "../src/lifecycle.ts";
import { createFileLog } from "../src/log.ts";
import { projectFile } from "../src/project-file.ts";
import { ensureAdministrator } from "../src/application/people/ensure-administrator.ts";
import { prepareDatabase } from "../src/commands/prepare-database.ts";
import { startApi } from "../src/start-api.ts";
import { startFleet } from "../workers/fleet.ts";
import { banner } from "./banner.ts";
import { openDataFolder, type DataFolder } from "./data-folder.ts";
import { freePort } from "./free-port.ts";
import { startPostgres } from "./postgres.ts";
import { preparePostgres, rolePasswordName } from "./prepare-postgres.ts";
import { readFunctions } from "./read-functions.ts";
import { createActivities, createSample, localCredentials } from "./sample.ts";
import { startStepFunctions } from "./step-functions/server.ts";

type Environment = Readonly<Record<string, string | undefined>>;

interface Surroundings {
  config: Config;
  folder: DataFolder;
  log: Logger;
  lifecycle: Lifecycle;
}

/** `npm start`: the whole product in one process, with whatever is not configured brought along. */
export async function start(environment: Environment, print: (line: string) => void): Promise<void> {
  const config = parseConfig(environment, { embedded: true });
  const folder = await openDataFolder(config.dataFolder);
  const log = createFileLog(
    environment["COUNTERSIGN_LOG_LEVEL"] === undefined ? "info" : config.logLevel,
    join(folder.path, "countersign.log"),
  );
  const lifecycle = createLifecycle(log);
  lifecycle.onClose("data folder", () => folder.release());
  const started = startEverything(environment, { config, folder, log, lifecycle }, print);
  // A signal during the start waits for its end: what is half open cannot be closed.
  const close = () => started.catch(() => undefined).then(() => lifecycle.close());
  closeOnSignals({ close, tokensAtRisk: lifecycle.tokensAtRisk }, log);
  try {
    await started;
  } catch (error) {
    await lifecycle.close();
    throw error;
  }
}

async function startEverything(
  environment: Environment,
  surroundings: Surroundings,
  print: (line: string) => void,
): Promise<void> {
  const { config, folder, log, lifecycle } = surroundings;
  const [{ databaseUrl, opened }, local] = await Promise.all([
    database(surroundings),
    config.stepFunctions === "local" ? stepFunctions(surroundings) : null,
  ]);
  const configFile = await readConfigFile(
    configPath(config),
    await withSampleValues(environment, folder, local),
  );
  await local?.createActivities(configFile.activities.flatMap(({ name }) => name ?? []));
  const secret = config.secret ?? (await folder.secret("secret"));
  const settings = local?.settings ?? { region: config.region, endpoint: null, credentials: null };
  const { redisUrl, host, trustedProxies, signingKeyPem, retiredKeys } = config;
  const port = config.port === 0 ? await freePort() : config.port;
  const publicUrl = config.publicUrl ?? urlOf(host, port);
  const base = { secret, configFile, log, lifecycle, publicUrl };
  const composed = await compose({
    ...base,
    databaseUrl,
    redisUrl,
    signingKeyPem,
    retiredKeys,
    stepFunctions: settings,
  });
  void composed.warnOfRights();
  const fleet = startFleet(composed.deps, composed.queue);
  lifecycle.countAtRisk(() => fleet.tokensAtRisk());
  composed.metrics.watchPollers(() => fleet.pollers());
  for (const [part, look] of Object.entries(fleet.parts)) composed.readiness.watch(part, look);
  lifecycle.onClose("workers", () => fleet.close());
  // Polls of our own endpoint can be let go at once, so that stopping takes no minute; registered after the workers: it happens before.
  if (local !== null) lifecycle.onClose("open polls", local.releasePolls);
  await startApi({ ...base, composed, host, port, trustedProxies });
  const administrator = base.configFile.signIn.password
    ? await ensureAdministrator(composed.deps, "administrator@countersign.local")
    : null;
  const stepFunctionsUrl = settings.endpoint;
  banner(print, {
    publicUrl,
    administrator,
    stepFunctionsUrl,
    folder: folder.path,
    opened: opened.filter((each) => !each.startsWith(folder.path)),
  });
}

/** What the sample configuration refers to, and nobody has to set. */
async function withSampleValues(
  environment: Environment,
  folder: DataFolder,
  local: LocalStepFunctions | null,
): Promise<Environment> {
  return {
    ...environment,
    GITHUB_WEBHOOK_SECRET: environment["GITHUB_WEBHOOK_SECRET"] ?? (await folder.secret("webhook-secret")),
    COUNTERSIGN_SAMPLE_STATE_MACHINE: local?.sampleStateMachineArn,
  };
}

async function database({
  config,
  folder,
  log,
  lifecycle,
}: Surroundings): Promise<{ databaseUrl: string; opened: readonly string[] }> {
  const { databaseUrl: given, redisUrl } = config;
  const holdsQueue = redisUrl === null;
  if (given === null) {
    const postgres = await startPostgres(join(folder.path, "postgres"), (line) =>
      log.info({ part: "postgres" }, line),
    );
    lifecycle.onClose("Postgres", () => postgres.stop());
    void postgres.brokeDown.then(async () => {
      log.error({}, "the embedded Postgres ended by itself: stopping; its lines above say why");
      await lifecycle.close();
      process.exit(1);
    });
    const password = await folder.secret(rolePasswordName);
    const databaseUrl = await preparePostgres(postgres.url, password, { holdsQueue });
    return { databaseUrl, opened: postgres.opened };
  }
  await prepareDatabase({ databaseUrl: given, holdsQueue, role: null });
  return { databaseUrl: given, opened: [] };
}

interface LocalStepFunctions {
  settings: StepFunctionsSettings;
  sampleStateMachineArn: string;
  createActivities: (names: readonly string[]) => Promise<void>;
  releasePolls: () => void;
}

async function stepFunctions({ config, folder, log, lifecycle }: Surroundings): Promise<LocalStepFunctions> {
  const region = config.region ?? "us-east-1";
  const port = await freePort(config.stepFunctionsPort);
  const endpoint = await startStepFunctions({
    port,
    region,
    journalFolder: join(folder.path, "step-functions"),
    functions: await readFunctions(config.functions === null ? [] : [config.functions]),
    // pino prints the stack of what is called `err`.
    log: (level, message, { error, ...fields }) =>
      log[level](error === undefined ? fields : { ...fields, err: error }, message),
  });
  lifecycle.onClose("local Step Functions", () => endpoint.close());
  const { stateMachineArn } = await createSample(endpoint.url, region);
  return {
    settings: { region, endpoint: endpoint.url, credentials: localCredentials },
    sampleStateMachineArn: stateMachineArn,
    createActivities: (names) => createActivities(endpoint.url, region, names),
    releasePolls: () => endpoint.releasePolls(),
  };
}

function configPath(config: Config): string {
  const path = findConfigFile(config.configFile);
  if (path !== null) return path;
  if (config.stepFunctions === "local") return projectFile("local/samples/countersign.yaml");
  throw new ConfigError(
    "There is no countersign.yaml here, and only the local Step Functions has a sample: write one (docs/configuration.md).",
  );
}

function urlOf(host: string, port: number): string {
  return `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${port}`;
}
