import type { SFNClient } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";
import { createCandidates } from "../../src/adapters/step-functions/candidates.ts";
import { createFindExecution } from "../../src/adapters/step-functions/find-execution.ts";

const machine = "arn:aws:states:us-east-1:123456789012:stateMachine:deploy";
const activity = "arn:aws:states:us-east-1:123456789012:activity:po-approval";

/** Running executions, newest first, each with one task that the poll of the same number took. */
function account(count: number) {
  const calls = { lists: 0, histories: [] as string[] };
  let nowMs = 1_000_000_000_000;
  const replies: Record<string, (input: { nextToken?: string; executionArn?: string }) => object> = {
    ListStateMachinesCommand: () => ({ stateMachines: [{ stateMachineArn: machine, type: "STANDARD" }] }),
    DescribeStateMachineCommand: () => ({ definition: `{"Resource": "${activity}"}` }),
    ListExecutionsCommand({ nextToken = "0" }) {
      calls.lists += 1;
      const at = Number(nextToken);
      const executions = Array.from({ length: Math.min(1000, count - at) }, (_, index) => ({
        executionArn: `execution-${at + index}`,
      }));
      return { executions, ...(at + 1000 < count ? { nextToken: String(at + 1000) } : {}) };
    },
    GetExecutionHistoryCommand({ executionArn = "" }) {
      calls.histories.push(executionArn);
      const timestamp = new Date(nowMs);
      return {
        events: [
          {
            id: 4,
            previousEventId: 3,
            timestamp,
            type: "ActivityStarted",
            activityStartedEventDetails: { workerName: executionArn.replace("execution", "poll") },
          },
          {
            id: 3,
            previousEventId: 2,
            timestamp,
            type: "ActivityScheduled",
            activityScheduledEventDetails: {},
          },
          {
            id: 2,
            previousEventId: 0,
            timestamp,
            type: "TaskStateEntered",
            stateEnteredEventDetails: { name: "A" },
          },
        ],
      };
    },
  };
  const client = {
    send: (command: object & { input: object }) =>
      Promise.resolve(replies[command.constructor.name]?.(command.input)),
  } as unknown as SFNClient;
  return { client, calls, clock: { now: () => new Date(nowMs) }, pass: (ms: number) => (nowMs += ms) };
}

const nothingForbidden = { skip: () => false };

const lookFor = (number: number, since: Date) => ({ workerName: `poll-${number}`, since, withData: false });

test("an execution far behind the newest thousand is found, page by page and look by look, and none is read twice", async () => {
  const { client, calls, clock, pass } = account(2_500);
  const find = createFindExecution(client, clock, () => Promise.resolve(new Set()), nothingForbidden);
  const since = clock.now();
  let looks = 0;
  for (let found = false; !found; looks += 1) {
    pass(5_000);
    found = await find.running(activity, lookFor(2_400, since)).then(
      (tasks) => tasks.get("poll-2400")?.executionArn === "execution-2400",
      () => false,
    );
  }
  expect(looks).toBe(Math.ceil(2_401 / 50));
  expect(calls.histories).toHaveLength(2_401);
  expect(new Set(calls.histories).size).toBe(2_401);
  expect(calls.lists).toBe(3);
});

test("two searches that read on at once both see every page, and ask for each page once", async () => {
  const { client, calls, clock, pass } = account(2_500);
  const candidates = createCandidates(client, clock);
  const since = clock.now();
  const parent = { stateMachineArn: machine };
  const seen = new Set<string>();
  const slow = candidates(parent, since);
  const first = await slow.next();
  if (first.done !== true) for (const arn of first.value) seen.add(arn);
  pass(500);
  let others = 0;
  for await (const page of candidates(parent, since)) others += page.length;
  for await (const page of slow) for (const arn of page) seen.add(arn);
  expect([seen.size, others, calls.lists]).toEqual([2_500, 2_500, 3]);
});

test("executions that already have an approval come last", async () => {
  const { client, calls, clock, pass } = account(1_500);
  const matched = new Set(Array.from({ length: 1_400 }, (_, index) => `execution-${index}`));
  const find = createFindExecution(client, clock, () => Promise.resolve(matched), nothingForbidden);
  const since = clock.now();
  pass(5_000);
  const tasks = await find.running(activity, lookFor(1_400, since));
  expect(tasks.get("poll-1400")?.executionArn).toBe("execution-1400");
  expect(calls.histories).toEqual(["execution-1400"]);
});

test("what was seen on the way needs one call, even if nobody stored it", async () => {
  const { client, calls, clock, pass } = account(30);
  const find = createFindExecution(client, clock, () => Promise.resolve(new Set()), nothingForbidden);
  const since = clock.now();
  pass(5_000);
  await find.running(activity, lookFor(29, since));
  expect(calls.histories).toHaveLength(30);
  const tasks = await find.running(activity, lookFor(7, since));
  expect(tasks.get("poll-7")?.executionArn).toBe("execution-7");
  expect(calls.histories).toHaveLength(31);
});

test("what was read before the clock was set back tells nothing of tasks that came afterwards", async () => {
  const { client, calls, clock, pass } = account(3);
  const find = createFindExecution(client, clock, () => Promise.resolve(new Set()), nothingForbidden);
  const before = clock.now();
  pass(5_000);
  await find.running(activity, lookFor(9, before));
  expect(calls.histories).toHaveLength(3);
  pass(-3_600_000);
  const after = clock.now();
  pass(5_000);
  await find.running(activity, lookFor(8, after));
  expect(calls.histories).toHaveLength(6);
  expect(calls.lists).toBe(2);
  await find.running(activity, lookFor(8, after));
  expect(calls.histories).toHaveLength(6);
});
