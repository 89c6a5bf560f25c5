import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetActivityTaskCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
  type GetActivityTaskCommandOutput,
  type HistoryEvent,
} from "@aws-sdk/client-sfn";
import { setTimeout as realTime } from "node:timers/promises";
import { ManualClock } from "../../../local/step-functions/clock.ts";
import {
  startStepFunctions,
  type StepFunctions,
  type StepFunctionsOptions,
} from "../../../local/step-functions/server.ts";

/** An endpoint whose clock stands still, a client of the real SDK, and the calls that every test makes. */
export interface Harness extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly endpoint: StepFunctions;
  readonly client: SFNClient;
  /** Empty: there is none. */
  readonly journalFolder: string;
  /** Creates an activity; answers its ARN. */
  activity(name?: string): Promise<string>;
  /** Creates a state machine; answers its ARN. */
  machine(definition: object, name?: string): Promise<string>;
  /** Starts an execution; answers its ARN. */
  start(stateMachineArn: string, input?: unknown, name?: string): Promise<string>;
  poll(activityArn: string, workerName?: string, signal?: AbortSignal): Promise<GetActivityTaskCommandOutput>;
  /** A poll that is known to hand out a task. */
  take(activityArn: string): Promise<{ taskToken: string; input: string }>;
  /** Waits in real time until so many polls have reached the endpoint. */
  untilPolling(activityArn: string, count?: number): Promise<void>;
  describe(executionArn: string): ReturnType<typeof describe>;
  history(executionArn: string): Promise<HistoryEvent[]>;
}

export async function harness({
  startMs,
  ...options
}: Omit<StepFunctionsOptions, "clock"> & { startMs?: number } = {}): Promise<Harness> {
  const clock = new ManualClock(startMs);
  const endpoint = await startStepFunctions({ ...options, clock });
  const client = clientOf(endpoint);
  return {
    clock,
    endpoint,
    client,
    journalFolder: options.journalFolder ?? "",
    async activity(name = "po-approval") {
      const { activityArn } = await client.send(new CreateActivityCommand({ name }));
      return present(activityArn);
    },
    async machine(definition, name = "deploy") {
      const params = {
        name,
        definition: JSON.stringify(definition),
        roleArn: "arn:aws:iam::123456789012:role/local",
      };
      return present((await client.send(new CreateStateMachineCommand(params))).stateMachineArn);
    },
    async start(stateMachineArn, input = {}, name) {
      const params = { stateMachineArn, input: JSON.stringify(input), name };
      return present((await client.send(new StartExecutionCommand(params))).executionArn);
    },
    poll(activityArn, workerName, signal) {
      const options = signal === undefined ? {} : { abortSignal: signal };
      return client.send(new GetActivityTaskCommand({ activityArn, workerName }), options);
    },
    async take(activityArn) {
      const { taskToken, input } = await client.send(new GetActivityTaskCommand({ activityArn }));
      return { taskToken: present(taskToken), input: present(input) };
    },
    async untilPolling(activityArn, count = 1) {
      await until(() => endpoint.openPolls(activityArn) === count);
    },
    describe: (executionArn) => describe(client, executionArn),
    async history(executionArn) {
      const { events } = await client.send(
        new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }),
      );
      return events ?? [];
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
      await endpoint.close();
    },
  };
}

/** One attempt per call, as Countersign's poll client has it: a retry would hide what the endpoint answered. */
export function clientOf(endpoint: StepFunctions): SFNClient {
  return new SFNClient({
    endpoint: endpoint.url,
    region: endpoint.region,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
    requestHandler: { httpAgent: { maxSockets: 1100, keepAlive: true } },
  });
}

function describe(client: SFNClient, executionArn: string) {
  return client.send(new DescribeExecutionCommand({ executionArn }));
}

export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("expected a value");
  return value;
}

/** For what happens on sockets, which no manual clock moves. */
export async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    if (tries > 1_000) throw new Error("waited too long");
    await realTime(5);
  }
}

/** A machine of one state that waits for the activity. */
export function approval(activityArn: string, more: object = {}, name = "Approve"): object {
  return {
    StartAt: name,
    States: { [name]: { Type: "Task", Resource: activityArn, End: true, ...more } },
  };
}

/** What of an event is the same in every run, as the recordings have it. */
export function outline(events: readonly HistoryEvent[]) {
  return events.map(({ id, previousEventId, type }) => [id, previousEventId, type]);
}
