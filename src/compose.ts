import type { Logger } from "pino";
import { systemClock } from "./adapters/clock.ts";
import { createTokenCipher } from "./adapters/crypto/token-cipher.ts";
import { systemEntropy } from "./adapters/entropy.ts";
import { createAnswerStore } from "./adapters/postgres/answer-store.ts";
import { createApiTokenStore } from "./adapters/postgres/api-token-store.ts";
import { createApprovalStore } from "./adapters/postgres/approval-store.ts";
import { openDatabase, type Database } from "./adapters/postgres/database.ts";
import { createHeartbeatStore } from "./adapters/postgres/heartbeat-store.ts";
import { createIdentifyStore } from "./adapters/postgres/identify-store.ts";
import { createIntakeStore } from "./adapters/postgres/intake-store.ts";
import { createTokenReader } from "./adapters/postgres/token-store.ts";
import { createJobQueue } from "./adapters/queue/job-queue.ts";
import { createPostgresQueueBackend } from "./adapters/queue/postgres-backend.ts";
import { createRedisBackend } from "./adapters/queue/redis-backend.ts";
import { createClients, type StepFunctionsSettings } from "./adapters/step-functions/clients.ts";
import { resolveActivities } from "./adapters/step-functions/resolve-activities.ts";
import { createStepFunctions } from "./adapters/step-functions/step-functions.ts";
import { createTaskSource } from "./adapters/step-functions/task-source.ts";
import type { Deps, Entropy } from "./application/deps.ts";
import type { Clock } from "./application/ports/runtime.ts";
import { silentMeter, type Meter } from "./application/ports/meter.ts";
import type { JobQueue } from "./application/ports/queue.ts";
import type { ConfigFile } from "./contract/config-file.ts";
import type { Lifecycle } from "./lifecycle.ts";

export interface ComposeOptions {
  databaseUrl: string;
  /** Null: BullMQ on the same Postgres. */
  redisUrl: string | null;
  stepFunctions: StepFunctionsSettings;
  secret: string;
  configFile: ConfigFile;
  log: Logger;
  lifecycle: Lifecycle;
  /** Tests move the clock and take chance away. */
  clock?: Clock;
  entropy?: Entropy;
  /** Nobody counts by default. */
  meter?: Meter;
}

export interface Composed {
  deps: Deps;
  queue: JobQueue;
  database: Database;
}

/** The one place where adapters are made and wired. Everything that it opens closes with `lifecycle`. */
export async function compose(options: ComposeOptions): Promise<Composed> {
  const { log, lifecycle, configFile } = options;
  const database = openDatabase(options.databaseUrl);
  lifecycle.onClose("database", () => database.close());
  const clients = createClients(options.stepFunctions);
  lifecycle.onClose("Step Functions clients", () => clients.close());
  const queue = createJobQueue(
    options.redisUrl === null
      ? createPostgresQueueBackend(options.databaseUrl)
      : createRedisBackend(options.redisUrl),
    log,
  );
  lifecycle.onClose("queue", () => queue.close());

  const cipher = createTokenCipher(options.secret);
  const activities = await resolveActivities(clients.control, configFile.activities);
  const pollClients = new Map(
    [...activities.values()].map(({ arn, pollers }) => [arn, clients.polls(pollers.max)]),
  );
  const deps: Deps = {
    clock: options.clock ?? systemClock,
    entropy: options.entropy ?? systemEntropy,
    log,
    approvals: createApprovalStore(database, cipher),
    identify: createIdentifyStore(database),
    heartbeats: createHeartbeatStore(database, configFile.heartbeatsPerSecond),
    answers: createAnswerStore(database),
    intake: createIntakeStore(database),
    tokens: createApiTokenStore(database),
    stepFunctions: createStepFunctions(clients, createTokenReader(database, cipher)),
    taskSource: createTaskSource(pollClients, clients.answers),
    bell: queue,
    meter: options.meter ?? silentMeter,
    activities,
  };
  return { deps, queue, database };
}
