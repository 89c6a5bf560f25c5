import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  StartExecutionCommand,
  StopExecutionCommand,
  type HistoryEvent,
  type SFNClient,
} from "@aws-sdk/client-sfn";
import type { Express } from "express";
import { pino } from "pino";
import { ManualClock } from "../../local/step-functions/clock.ts";
import type { Faults } from "../../local/step-functions/faults.ts";
import { startStepFunctions, type StepFunctions } from "../../local/step-functions/server.ts";
import { github } from "../../src/adapters/forges/github.ts";
import { createPeople } from "../../src/adapters/people/people.ts";
import type { People } from "../../src/application/ports/people.ts";
import { createApiToken, type CreateApiTokenRequest } from "../../src/application/api-tokens.ts";
import type { Deps } from "../../src/application/deps.ts";
import { ensureAdministrator } from "../../src/application/people/ensure-administrator.ts";
import { compose, type Composed } from "../../src/compose.ts";
import type { Scope } from "../../src/domain/actor.ts";
import type { AppDeps } from "../../src/http/app-deps.ts";
import { createApp } from "../../src/http/app.ts";
import { createLifecycle, type Lifecycle } from "../../src/lifecycle.ts";
import { projectFile } from "../../src/project-file.ts";
import type { Fleet } from "../../workers/fleet.ts";
import { clientOf, present } from "../local/step-functions/harness.ts";
import { approvalMachine } from "./approval-machine.ts";
import { fleetsOn } from "./fleets.ts";
import { movedClock, type MovedClock } from "./moved-clock.ts";
import { redisFor } from "./redis-for.ts";
import { createTestDatabase, type TestDatabase } from "./test-database.ts";
import { productConfig } from "./product-config.ts";
import { until } from "./until.ts";

export { eventBridgeSecret, webhookSecret } from "./product-config.ts";

export const testSecret = "a countersign secret of the tests, long enough";

export interface ProductOptions {
  /** `redis` only where the machine has it (`inject("redisUrl")`). */
  queue?: "postgres" | "redis";
  realTime?: boolean;
  /** False: nobody polls, sweeps or answers until `startWorkers`. */
  workers?: boolean;
  faults?: Faults;
  /** Members of the activity in countersign.yaml. */
  activity?: object;
  /** The same of the trigger. */
  trigger?: object;
  policies?: readonly object[];
  /** The `x` of public keys that are trusted beside the one of `testSecret`. */
  retiredKeys?: readonly string[];
  /** The part `signIn` of countersign.yaml. */
  signIn?: object;
  /** Members of the Task state. */
  state?: object;
  logLines?: string[];
  /** Stands between the use cases and the outside, to see or break what goes through. */
  around?: (deps: Deps) => Deps;
}

/** The whole product on real parts, in this process: Postgres, BullMQ, the endpoint over a socket, workers, HTTP. */
export interface Product extends AsyncDisposable {
  endpoint: StepFunctions;
  sfn: SFNClient;
  database: TestDatabase;
  composed: Composed;
  deps: Deps;
  people: People & { ensureAdministrator(email: string): ReturnType<typeof ensureAdministrator> };
  app: Express;
  /** For a second server on the same database. */
  appDeps: AppDeps;
  activityArn: string;
  stateMachineArn: string;
  startWorkers(): Fleet;
  /** Workers of another process, as it were: on other dependencies over the same database. */
  startWorkersOn(deps: Deps): Fleet;
  stopWorkers(): Promise<void>;
  /** Moves the clock, a second or `stepMs` at a time, and lets everything that falls due meanwhile finish. Not with `realTime`. */
  pass(ms: number, stepMs?: number): Promise<void>;
  /** The same, until `done` holds or `limitMs` have passed. */
  passUntil(done: () => Promise<boolean>, limitMs: number, stepMs?: number): Promise<void>;
  /** Moves the clock and lets nothing of ours happen in between. */
  moveClock(ms: number): Promise<void>;
  /** Until nothing is under way: no job waits, the loops sleep. */
  quiet(): Promise<void>;
  /** Starts an execution of the approval machine; returns its ARN. */
  startExecution(input?: unknown, name?: string): Promise<string>;
  /** Waits until the execution's task is an approval that history has identified; returns the approval's id. */
  approvalOf(executionArn: string): Promise<string>;
  stopExecution(executionArn: string): Promise<void>;
  describe(
    executionArn: string,
  ): Promise<{ status?: string; output?: string; error?: string; cause?: string }>;
  history(executionArn: string): Promise<HistoryEvent[]>;
  /** A bearer token, by default with `read` and `decide`. */
  bot(...scopes: Scope[]): Promise<string>;
  /** The same with more to say. */
  botWith(request: Partial<CreateApiTokenRequest>): Promise<{ id: string; text: string }>;
}

export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const manual = new ManualClock(Date.UTC(2026, 5, 1, 12));
  const clock = movedClock(manual);
  const endpoint = await startStepFunctions({
    ...(options.realTime === true ? {} : { clock: manual }),
    ...(options.faults === undefined ? {} : { faults: options.faults }),
  });
  const sfn = clientOf(endpoint);
  const { activityArn = "" } = await sfn.send(new CreateActivityCommand({ name: "po-approval" }));
  const definition = JSON.stringify(approvalMachine(activityArn, options.state));
  const created = await sfn.send(
    new CreateStateMachineCommand({
      name: "deploy",
      definition,
      roleArn: "arn:aws:iam::123456789012:role/test",
    }),
  );
  const stateMachineArn = present(created.stateMachineArn);
  const database = await createTestDatabase();
  const log = pino({ level: "debug" }, { write: (line: string) => void options.logLines?.push(line) });
  const lifecycle = createLifecycle(log);
  const configFile = productConfig(options, activityArn, stateMachineArn);
  const publicUrl = "http://127.0.0.1:3000";
  const composed = await compose({
    databaseUrl: database.applicationUrl,
    redisUrl: options.queue === "redis" ? redisFor(database) : null,
    stepFunctions: {
      region: endpoint.region,
      endpoint: endpoint.url,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    },
    secret: testSecret,
    signingKeyPem: null,
    retiredKeys: options.retiredKeys ?? [],
    publicUrl,
    configFile,
    log,
    lifecycle,
    ...(options.realTime === true ? {} : { clock }),
  });
  const deps = options.around?.(composed.deps) ?? composed.deps;
  const people = createPeople(composed.database, {
    secret: testSecret,
    publicUrl,
    origins: [publicUrl],
    signIn: configFile.signIn,
    clock: deps.clock,
    entropy: deps.entropy,
    peopleStore: deps.peopleStore,
  });
  const appDeps: AppDeps = {
    use: deps,
    people,
    forges: { github },
    triggers: configFile.triggers,
    eventBridgeSecrets: configFile.eventBridge?.secrets ?? [],
    publicUrl,
    origins: [publicUrl],
    trustedProxies: 0,
    webFolder: projectFile("dist/web"),
    readiness: composed.readiness,
    metrics: composed.metrics,
  };
  const app = createApp(appDeps, log);
  const product = assemble({
    manual,
    clock,
    endpoint,
    sfn,
    database,
    composed,
    deps,
    people: { ...people, ensureAdministrator: (email) => ensureAdministrator(deps, email) },
    app,
    appDeps,
    activityArn,
    stateMachineArn,
    lifecycle,
  });
  if (options.workers !== false) product.startWorkers();
  return product;
}

interface Parts {
  manual: ManualClock;
  clock: MovedClock;
  lifecycle: Lifecycle;
}

type Given = Parts &
  Pick<
    Product,
    | "endpoint"
    | "sfn"
    | "database"
    | "composed"
    | "deps"
    | "people"
    | "app"
    | "appDeps"
    | "activityArn"
    | "stateMachineArn"
  >;

function assemble(given: Given): Product {
  const { manual, clock, endpoint, sfn, database, composed, deps, stateMachineArn, lifecycle } = given;
  let fleet: Fleet | null = null;
  const { start, quiet } = fleetsOn(composed.queue, clock);
  const stopWorkers = async () => {
    const stopping = fleet;
    fleet = null;
    await stopping?.close();
  };
  const botWith: Product["botWith"] = (request) =>
    createApiToken(deps, { name: "release bot", scopes: ["read", "decide"], expiresAt: null, ...request });
  return {
    ...given,
    startWorkersOn: start,
    startWorkers: () => (fleet = start(deps)),
    stopWorkers,
    quiet,
    moveClock: (ms) => manual.advance(ms),
    async stopExecution(executionArn) {
      await sfn.send(new StopExecutionCommand({ executionArn }));
    },
    async pass(ms, stepMs = 1_000) {
      for (let passed = 0; passed < ms; passed += stepMs) {
        await manual.advance(Math.min(stepMs, ms - passed));
        await quiet();
      }
    },
    async passUntil(done, limitMs, stepMs = 1_000) {
      for (let passed = 0; passed < limitMs && !(await done()); passed += stepMs) {
        await manual.advance(stepMs);
        await quiet();
      }
    },
    async startExecution(input = {}, name) {
      const command = new StartExecutionCommand({
        stateMachineArn,
        input: JSON.stringify(input),
        ...(name === undefined ? {} : { name }),
      });
      return present((await sfn.send(command)).executionArn);
    },
    approvalOf: (executionArn) =>
      until(`${executionArn} has an identified approval`, async () => {
        await manual.advance(0);
        const rows = await database.query<{ id: string }>(
          "select id from approval where execution_arn = $1 and identified_at is not null order by received_at desc",
          [executionArn],
        );
        if (rows[0] === undefined && (await composed.queue.depth()) === 0) await manual.advance(100);
        return rows[0]?.id;
      }),
    async describe(executionArn) {
      const { status, output, error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      return {
        ...(status === undefined ? {} : { status }),
        ...(output === undefined ? {} : { output }),
        ...(error === undefined ? {} : { error }),
        ...(cause === undefined ? {} : { cause }),
      };
    },
    async history(executionArn) {
      return (
        (await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }))).events ?? []
      );
    },
    async bot(...scopes) {
      return (await botWith(scopes.length === 0 ? {} : { scopes })).text;
    },
    botWith,
    async [Symbol.asyncDispose]() {
      endpoint.releasePolls();
      await stopWorkers();
      await lifecycle.close();
      sfn.destroy();
      await endpoint.close();
      await database.drop();
    },
  };
}
