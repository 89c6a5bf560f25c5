import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateActivityCommand, CreateStateMachineCommand, SFNClient } from "@aws-sdk/client-sfn";
import { Redis } from "ioredis";
import { freePort } from "../../local/free-port.ts";
import { startPostgres } from "../../local/postgres.ts";
import { systemClock } from "../../src/adapters/clock.ts";
import { systemEntropy } from "../../src/adapters/entropy.ts";
import { createApiTokenStore } from "../../src/adapters/postgres/api-token-store.ts";
import { openDatabase } from "../../src/adapters/postgres/database.ts";
import { prepareDatabase } from "../../src/commands/prepare-database.ts";
import { createApiToken } from "../../src/application/api-tokens.ts";
import { approvalMachine } from "../support/approval-machine.ts";
import { startCountersign, type CountersignProcess } from "../support/countersign-process.ts";
import { startRedis } from "../support/redis-server.ts";
import type { Decider } from "./decide.ts";
import type { Plan } from "./plan.ts";
import { startEndpoint, type FaultyEndpoint } from "./start-endpoint.ts";

export interface Worker {
  caller: string;
  process: CountersignProcess;
}

/** Real servers and real processes of the built program, which may all be ended and started again. */
export interface Surroundings extends AsyncDisposable {
  endpoint: FaultyEndpoint;
  sfn: SFNClient;
  stateMachineArn: string;
  databaseUrl: string;
  apiUrl: string;
  api: CountersignProcess;
  /** Those that should be running now. */
  workers: Worker[];
  /** Every process that ever ran, for its log. */
  all: readonly { name: string; process: CountersignProcess }[];
  startWorker(): Worker;
  /** Bots that may read and decide. */
  bots(names: readonly string[]): Promise<Decider[]>;
  postgres: RestartablePostgres;
  /** Null: this machine has none, and the queue is on Postgres. */
  redis: RestartableRedis | null;
}

export interface RestartablePostgres {
  url: string;
  /** Null: it does not run. */
  pid(): number | null;
  /** `crash`: at once, so that the next start recovers from the log. */
  stop(crash?: boolean): Promise<void>;
  /** On the same port. Resolves when it answers. */
  start(): Promise<void>;
}

export interface RestartableRedis {
  url: string;
  pid(): number | null;
  flush(): Promise<void>;
  /** It dies at once and has written nothing down. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export async function openSurroundings(plan: Plan, redisProgram: string | null): Promise<Surroundings> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-chaos-"));
  const [endpoint, postgres, redis] = await Promise.all([
    startEndpoint(plan.seed),
    restartablePostgres(join(folder, "postgres")),
    redisProgram === null ? null : restartableRedis(redisProgram, folder),
  ]);
  await prepareDatabase({ databaseUrl: postgres.url, holdsQueue: redis === null, role: null });
  const { sfn, activityArn, stateMachineArn } = await createMachine(endpoint, plan);
  const config = join(folder, "countersign.yaml");
  await writeFile(config, `activities:\n  - arn: ${activityArn}\n    pollers: { min: 4, max: 40 }\n`);
  const port = await freePort();
  const all: { name: string; process: CountersignProcess }[] = [];
  // Whatever ends this process early, nothing that it started outlives it.
  const endAll = () => {
    for (const { process } of all) process.child.kill("SIGKILL");
    for (const server of [postgres, redis]) endServer(server?.pid() ?? null);
  };
  process.once("exit", endAll);
  const start = (name: string, args: string[]) => {
    const started = startCountersign(args, {
      DATABASE_URL: postgres.url,
      ...(redis === null ? {} : { REDIS_URL: redis.url }),
      COUNTERSIGN_SECRET: "a secret that is long enough for chaos",
      COUNTERSIGN_CONFIG: config,
      PORT: String(port),
      AWS_ENDPOINT_URL_SFN: endpoint.url,
      AWS_REGION: endpoint.region,
      // The endpoint tells its callers apart by this.
      AWS_ACCESS_KEY_ID: name,
      AWS_SECRET_ACCESS_KEY: "local",
    });
    all.push({ name, process: started });
    return started;
  };
  const workers: Worker[] = [];
  const startWorker = () => {
    const caller = `worker-${all.length}`;
    const worker = { caller, process: start(caller, ["worker"]) };
    workers.push(worker);
    return worker;
  };
  const api = start("api", ["api"]);
  for (let count = 0; count < plan.workers; count += 1) startWorker();
  await Promise.all(
    [api, ...workers.map(({ process }) => process)].map((each) => each.says('"msg":"ready"', 60_000)),
  );
  return {
    endpoint,
    sfn,
    stateMachineArn,
    api,
    workers,
    all,
    startWorker,
    databaseUrl: postgres.url,
    apiUrl: `http://127.0.0.1:${port}`,
    bots: (names) => createBots(postgres.url, names),
    postgres,
    redis,
    async [Symbol.asyncDispose]() {
      sfn.destroy();
      await Promise.all(all.map(({ process }) => process.kill("SIGKILL")));
      await Promise.all([endpoint.stop(), postgres.stop(), redis?.stop()]);
      process.off("exit", endAll);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function createBots(databaseUrl: string, names: readonly string[]): Promise<Decider[]> {
  const database = openDatabase(databaseUrl);
  const deps = { tokens: createApiTokenStore(database), clock: systemClock, entropy: systemEntropy };
  const bots: Decider[] = [];
  for (const name of names) {
    const { text } = await createApiToken(deps, { name, scopes: ["read", "decide"], expiresAt: null });
    bots.push({ name, token: text });
  }
  await database.close();
  return bots;
}

async function createMachine(endpoint: FaultyEndpoint, { heartbeatSeconds, inputNamesExecution }: Plan) {
  const sfn = new SFNClient({
    endpoint: endpoint.url,
    region: endpoint.region,
    credentials: { accessKeyId: "chaos", secretAccessKey: "chaos" },
  });
  const { activityArn = "" } = await sfn.send(new CreateActivityCommand({ name: "po-approval" }));
  // A lost token comes back as a new one when its heartbeat has run out.
  const Retry = [
    {
      ErrorEquals: ["States.Timeout", "States.HeartbeatTimeout"],
      IntervalSeconds: 1,
      MaxAttempts: 20,
      BackoffRate: 1,
    },
  ];
  const definition = JSON.stringify(
    approvalMachine(activityArn, {
      HeartbeatSeconds: heartbeatSeconds,
      Retry,
      ...(inputNamesExecution ? { Parameters } : {}),
    }),
  );
  const roleArn = "arn:aws:iam::123456789012:role/test";
  const { stateMachineArn = "" } = await sfn.send(
    new CreateStateMachineCommand({ name: "deploy", definition, roleArn }),
  );
  return { sfn, activityArn, stateMachineArn };
}

async function restartablePostgres(folder: string): Promise<RestartablePostgres> {
  let running = await startPostgres(folder, () => undefined);
  const { url } = running;
  const port = Number(new URL(url).port);
  const pidFile = join(folder, "data", "postmaster.pid");
  const pid = () => (existsSync(pidFile) ? Number(readFileSync(pidFile, "utf8").split("\n")[0]) : null);
  return {
    url,
    pid,
    async stop(crash = false) {
      if (crash) {
        endServer(pid());
        await running.brokeDown;
      }
      await running.stop();
    },
    async start() {
      running = await startPostgres(folder, () => undefined, { preferredPort: port });
      if (running.url !== url) throw new Error("somebody else took the port of Postgres");
    },
  };
}

/** Of docs/task-input.md. */
const Parameters = {
  "commit.$": "$.commit",
  "repository.$": "$.repository",
  _execution: {
    "arn.$": "$$.Execution.Id",
    "name.$": "$$.Execution.Name",
    "stateMachineArn.$": "$$.StateMachine.Id",
    "state.$": "$$.State.Name",
  },
};

/** SIGQUIT is Postgres' immediate shutdown, and Redis' death. */
function endServer(pid: number | null): void {
  try {
    if (pid !== null) process.kill(pid, "SIGQUIT");
  } catch {
    // It has ended already.
  }
}

async function restartableRedis(program: string, folder: string): Promise<RestartableRedis> {
  let running = await startRedis(program, folder);
  const { url } = running;
  return {
    url,
    pid: () => running.pid,
    async flush() {
      const client = new Redis(url, { maxRetriesPerRequest: 1 });
      await client.flushall().finally(() => client.disconnect());
    },
    stop: () => running.stop("SIGKILL"),
    async start() {
      running = await startRedis(program, folder, Number(new URL(url).port));
    },
  };
}
