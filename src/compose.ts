import type { Logger } from "pino";
import { systemClock } from "./adapters/clock.ts";
import { chaining } from "./adapters/crypto/chaining.ts";
import { createSigner } from "./adapters/crypto/signer.ts";
import { createSigningKey } from "./adapters/crypto/signing-key.ts";
import { createTokenCipher, type TokenCipher } from "./adapters/crypto/token-cipher.ts";
import { systemEntropy } from "./adapters/entropy.ts";
import { createForms } from "./adapters/forms/forms.ts";
import { createMetrics, type Metrics } from "./adapters/metrics/metrics.ts";
import { createAnswerStore } from "./adapters/postgres/answer-store.ts";
import { createApiTokenStore } from "./adapters/postgres/api-token-store.ts";
import { createApprovalStore } from "./adapters/postgres/approval-store.ts";
import {
  callersTime,
  createCallBudget,
  postgresTime,
  type BudgetTime,
  type CallRate,
} from "./adapters/postgres/call-budget.ts";
import { createCheckStore } from "./adapters/postgres/check-store.ts";
import { warnIfTrailCanChange } from "./adapters/postgres/audit-rights.ts";
import { createAuditTrail } from "./adapters/postgres/audit-trail.ts";
import { openDatabase, type Database } from "./adapters/postgres/database.ts";
import { createFailureCounts } from "./adapters/postgres/failure-counts.ts";
import { createGateStore } from "./adapters/postgres/gate-store.ts";
import { createHeartbeatStore } from "./adapters/postgres/heartbeat-store.ts";
import { createIdentifyStore } from "./adapters/postgres/identify-store.ts";
import { createIntakeStore } from "./adapters/postgres/intake-store.ts";
import { createLeadership } from "./adapters/postgres/leadership.ts";
import { scryptPasswords } from "./adapters/people/passwords.ts";
import { createPeopleStore } from "./adapters/postgres/people-store.ts";
import { createPeopleDirectory } from "./adapters/postgres/people-directory.ts";
import { createReconcileStore } from "./adapters/postgres/reconcile-store.ts";
import { createSupersedeStore } from "./adapters/postgres/supersede-store.ts";
import { createTokenReader } from "./adapters/postgres/token-store.ts";
import { countWork } from "./adapters/postgres/work-counts.ts";
import { createJobQueue } from "./adapters/queue/job-queue.ts";
import { createPostgresQueueBackend } from "./adapters/queue/postgres-backend.ts";
import { createRedisBackend } from "./adapters/queue/redis-backend.ts";
import { callRates } from "./adapters/step-functions/call-rates.ts";
import {
  createClients,
  type Clients,
  type StepFunctionsSettings,
} from "./adapters/step-functions/clients.ts";
import { createForbidden } from "./adapters/step-functions/forbidden.ts";
import { createFindExecution } from "./adapters/step-functions/find-execution.ts";
import { limitCalls } from "./adapters/step-functions/limit-calls.ts";
import { resolveActivities } from "./adapters/step-functions/resolve-activities.ts";
import { createStepFunctions } from "./adapters/step-functions/step-functions.ts";
import { createSurvey } from "./adapters/step-functions/survey.ts";
import { createTaskSource } from "./adapters/step-functions/task-source.ts";
import { openTelemetryTracer } from "./adapters/tracing/open-telemetry.ts";
import { traceCalls } from "./adapters/tracing/trace-ports.ts";
import { policiesOfFile } from "./application/policies-of-file.ts";
import type { Deps, Entropy } from "./application/deps.ts";
import type { Leadership } from "./application/ports/reconcile.ts";
import type { Clock } from "./application/ports/runtime.ts";
import type { Meter } from "./application/ports/meter.ts";
import type { JobQueue } from "./application/ports/queue.ts";
import type { ConfigFile } from "./contract/config-file.ts";
import { createReadiness, type Readiness } from "./http/readiness.ts";
import type { Lifecycle } from "./lifecycle.ts";

export interface ComposeOptions {
  databaseUrl: string;
  /** Null: BullMQ on the same Postgres. */
  redisUrl: string | null;
  stepFunctions: StepFunctionsSettings;
  secret: string;
  /** Null: the key that signs receipts and checkpoints follows from the secret. */
  signingKeyPem: string | null;
  /** Public keys that signed before it (`x` of the JWK) and are still trusted. */
  retiredKeys: readonly string[];
  /** Without a slash at the end; receipts name it. */
  publicUrl: string;
  configFile: ConfigFile;
  log: Logger;
  lifecycle: Lifecycle;
  /** Tests move the clock and take chance away. */
  clock?: Clock;
  entropy?: Entropy;
  /** Instead of Prometheus. */
  meter?: Meter;
}

export interface Composed {
  deps: Deps;
  queue: JobQueue;
  database: Database;
  readiness: Readiness;
  metrics: Metrics;
  /** Logs it if our role in the database may change the audit trail. Never fails, and nobody need wait for it. */
  warnOfRights(): Promise<void>;
}

/** The one place where adapters are made and wired. Everything that it opens closes with `lifecycle`. */
export async function compose(options: ComposeOptions): Promise<Composed> {
  const { log, lifecycle, configFile } = options;
  const clock = options.clock ?? systemClock;
  const budgetTime = options.clock === undefined ? postgresTime : callersTime;
  const database = openDatabase(options.databaseUrl);
  lifecycle.onClose("database", () => database.close());
  const queue = createJobQueue(
    options.redisUrl === null
      ? createPostgresQueueBackend(options.databaseUrl)
      : createRedisBackend(options.redisUrl),
    log,
  );
  lifecycle.onClose("queue", () => queue.close());
  const readiness = watchParts(database, queue, lifecycle);
  const { heartbeatsPerSecond: beats } = configFile;
  const rates: Record<string, CallRate> = { heartbeats: { perSecond: beats, burst: beats } };
  const metrics = createMetrics(clock, {
    work: () => countWork(database, clock.now(), rates, budgetTime),
    queueJobs: () => queue.depth(),
    parts: async () => (await readiness.look()).parts,
  });
  const meter = options.meter ?? metrics.meter;
  const clients = createClients(options.stepFunctions, meter);
  lifecycle.onClose("Step Functions clients", () => clients.close());
  Object.assign(rates, await holdToBudget(clients, database, clock, budgetTime));
  const forms = createForms();
  const cipher = createTokenCipher(options.secret);
  const activities = await resolveActivities(clients.control, configFile.activities);
  const identify = createIdentifyStore(database);
  const forbidden = createForbidden({ clock, log });
  const find = createFindExecution(clients.search, clock, (arns) => identify.pendingIn(arns), forbidden);
  const deps: Deps = {
    clock,
    entropy: options.entropy ?? systemEntropy,
    log,
    ...stores(database, cipher),
    heartbeats: createHeartbeatStore(database, beats, budgetTime),
    identify,
    survey: createSurvey(clients.survey, forbidden),
    leadership: openLeadership(options),
    triggeredMachines: configFile.triggers.map(({ stateMachineArn }) => unqualified(stateMachineArn)),
    stepFunctions: createStepFunctions(clients, createTokenReader(database, cipher), find, forbidden),
    taskSource: createTaskSource(pollClientsOf(activities, clients), clients.answers),
    bell: queue,
    meter,
    tracer: openTelemetryTracer(),
    directory: createPeopleDirectory(database),
    signer: openSigner(options),
    forms,
    policies: policiesOfFile(configFile.policies),
    chaining,
    peopleStore: createPeopleStore(database, clock),
    passwords: scryptPasswords,
    activities,
    maxPollers: configFile.maxPollers,
  };
  const warnOfRights = () => warnIfTrailCanChange(database, log);
  return { deps: traceCalls(deps), queue, database, readiness, metrics, warnOfRights };
}

function openSigner({ secret, signingKeyPem, retiredKeys, publicUrl }: ComposeOptions) {
  return createSigner(createSigningKey(secret, signingKeyPem), retiredKeys, publicUrl);
}

/** What is kept in Postgres and needs nothing else. */
function stores(database: Database, cipher: TokenCipher) {
  return {
    approvals: createApprovalStore(database, cipher),
    answers: createAnswerStore(database),
    intake: createIntakeStore(database),
    checks: createCheckStore(database),
    supersede: createSupersedeStore(database),
    tokens: createApiTokenStore(database),
    failures: createFailureCounts(database),
    reconcile: createReconcileStore(database),
    gates: createGateStore(database),
    audit: createAuditTrail(database),
  } satisfies Partial<Deps>;
}

function openLeadership({ databaseUrl, log, lifecycle }: ComposeOptions): Leadership {
  const leadership = createLeadership(databaseUrl, log);
  lifecycle.onClose("leadership", () => leadership.close());
  return leadership;
}

/** A version or an alias is one part more; executions are listed by the state machine. */
function unqualified(stateMachineArn: string): string {
  return stateMachineArn.split(":").slice(0, 7).join(":");
}

function pollClientsOf(activities: Deps["activities"], clients: Clients) {
  return new Map([...activities.values()].map(({ arn, pollers }) => [arn, clients.polls(pollers.max)]));
}

/** Returns what the whole fleet may call. What is less urgent leaves more of it to others. */
async function holdToBudget(
  clients: Clients,
  database: Database,
  clock: Clock,
  time: BudgetTime,
): Promise<Record<string, CallRate>> {
  const region = await clients.control.config.region().catch(() => null);
  const rates = callRates(region);
  const budget = createCallBudget(database, rates, () => time(clock.now()));
  limitCalls(clients.control, budget, 0);
  limitCalls(clients.search, budget, 0.25);
  limitCalls(clients.survey, budget, 0.5);
  return rates;
}

/** The sweep does the queue's work while that is away, so nothing need be taken out of service for it. */
function watchParts(database: Database, queue: JobQueue, lifecycle: Lifecycle): Readiness {
  const readiness = createReadiness();
  readiness.watch("process", () =>
    lifecycle.isClosing
      ? { ready: false, needed: true, detail: "is stopping" }
      : { ready: true, needed: true },
  );
  readiness.watch("database", async () => ({ ready: await database.isWritable(), needed: true }));
  readiness.watch("queue", async () => ({ ready: await queue.isWritable(), needed: false }));
  return readiness;
}
