import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  GetActivityTaskCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";

/** Calls under way at the same time: enough to keep the server busy, few enough to wait for none. */
export const atOnce = 16;

export function clientOf(endpoint: string): SFNClient {
  return new SFNClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
    requestHandler: { httpAgent: { maxSockets: atOnce, keepAlive: true } },
  });
}

/** Does `work` so many times, {@link atOnce} of them at the same time. */
export async function times(count: number, work: () => Promise<unknown>): Promise<void> {
  let left = count;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

const pass = (next: string | null) => ({ Type: "Pass", ...(next === null ? { End: true } : { Next: next }) });
export const fivePasses = {
  StartAt: "One",
  States: { One: pass("Two"), Two: pass("Three"), Three: pass("Four"), Four: pass("Five"), Five: pass(null) },
};

export const approval = (activityArn: string) => ({
  StartAt: "Approve",
  States: {
    Approve: {
      Type: "Task",
      Resource: activityArn,
      TimeoutSeconds: 604_800,
      HeartbeatSeconds: 3_600,
      End: true,
    },
  },
});

export async function createActivity(client: SFNClient): Promise<string> {
  return (await client.send(new CreateActivityCommand({ name: "bench" }))).activityArn ?? "";
}

export async function createMachine(client: SFNClient, name: string, definition: object): Promise<string> {
  const roleArn = "arn:aws:iam::123456789012:role/bench";
  const command = new CreateStateMachineCommand({ name, definition: JSON.stringify(definition), roleArn });
  return (await client.send(command)).stateMachineArn ?? "";
}

export async function startExecution(client: SFNClient, stateMachineArn: string): Promise<void> {
  await client.send(new StartExecutionCommand({ stateMachineArn, input: '{"commit":"0000000"}' }));
}

/** Takes a task; answers its token. */
export async function takeTask(client: SFNClient, activityArn: string): Promise<string> {
  const { taskToken } = await client.send(new GetActivityTaskCommand({ activityArn, workerName: "bench" }));
  if (taskToken === undefined) throw new Error("the poll was empty");
  return taskToken;
}

export async function roundTrip(client: SFNClient, activityArn: string): Promise<void> {
  const taskToken = await takeTask(client, activityArn);
  await client.send(new SendTaskSuccessCommand({ taskToken, output: '{"decision":"approved"}' }));
}
