import { SFNServiceException, type SFNClient } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";
import { createFindExecution } from "../../src/adapters/step-functions/find-execution.ts";
import { createForbidden } from "../../src/adapters/step-functions/forbidden.ts";
import { createSurvey } from "../../src/adapters/step-functions/survey.ts";

const activity = "arn:aws:states:us-east-1:123456789012:activity:approve";
const machineArn = (name: string) => `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`;
const executionArn = (machine: string) => `arn:aws:states:us-east-1:123456789012:execution:${machine}:one`;
const timestamp = new Date(Date.UTC(2026, 5, 1, 12));

interface Input {
  stateMachineArn?: string;
  executionArn?: string;
}

/** An account of which each machine has one execution, whose task was taken by the poll of the machine's name. */
function account(machines: string[], refuse: (operation: string, input: Input) => string | undefined) {
  const replies: Record<string, (input: Input) => object> = {
    ListStateMachines: () => ({
      stateMachines: machines.map((name) => ({ stateMachineArn: machineArn(name) })),
    }),
    DescribeStateMachine: () => ({ definition: `"Resource": "${activity}"` }),
    ListExecutions: ({ stateMachineArn = "" }) => ({
      executions: [{ executionArn: executionArn(stateMachineArn.split(":").at(-1) ?? "") }],
    }),
    GetExecutionHistory: (input) => ({ events: taskTakenBy(input.executionArn?.split(":").at(-2) ?? "") }),
  };
  const send = async (command: object & { input: Input }) => {
    const operation = command.constructor.name.replace("Command", "");
    const name = refuse(operation, command.input);
    if (name === undefined) return replies[operation]?.(command.input);
    throw new SFNServiceException({
      name,
      $fault: "client",
      $metadata: {},
      message: `not for you: ${operation}`,
    });
  };
  const lines: { fields: object; message: string }[] = [];
  const write = (fields: object, message: string) => void lines.push({ fields, message });
  const log = { debug: write, info: write, warn: write, error: write };
  let nowMs = timestamp.getTime();
  const clock = { now: () => new Date(nowMs), monotonicMs: () => nowMs };
  return {
    client: { send } as unknown as SFNClient,
    clock,
    lines,
    forbidden: createForbidden({ clock, log }),
    pass: (ms: number) => void (nowMs += ms),
  };
}

function taskTakenBy(workerName: string) {
  const taken = { activityStartedEventDetails: { workerName } };
  return [
    { id: 4, previousEventId: 3, timestamp, type: "ActivityStarted", ...taken },
    { id: 3, previousEventId: 2, timestamp, type: "ActivityScheduled", activityScheduledEventDetails: {} },
    {
      id: 2,
      previousEventId: 0,
      timestamp,
      type: "TaskStateEntered",
      stateEnteredEventDetails: { name: "A" },
    },
  ];
}

const never = () => Promise.resolve(new Set<string>());

test.each([
  ["a state machine that we may not list", "ListExecutions", "AccessDeniedException"],
  ["a state machine that is gone", "ListExecutions", "StateMachineDoesNotExist"],
  ["an execution that we may not read", "GetExecutionHistory", "AccessDeniedException"],
  ["an execution whose KMS key we may not use", "GetExecutionHistory", "KmsAccessDeniedException"],
  ["an execution whose KMS key is disabled", "GetExecutionHistory", "KmsInvalidStateException"],
])("%s does not hide the others", async (_what, operation, name) => {
  const { client, clock, forbidden, lines, pass } = account(["first", "second"], (asked, input) =>
    asked === operation && JSON.stringify(input).includes(":first") ? name : undefined,
  );
  const find = createFindExecution(client, clock, never, forbidden);
  const look = { workerName: "second", since: clock.now(), withData: false };
  pass(5_000);
  expect((await find.running(activity, look)).get("second")?.executionArn).toBe(executionArn("second"));
  expect(lines).toHaveLength(name === "StateMachineDoesNotExist" ? 0 : 1);
});

test("what may not be read is told with AWS's words, once an hour for each state machine", async () => {
  const { client, clock, forbidden, lines, pass } = account(["first"], (operation) =>
    operation === "ListExecutions" ? "AccessDeniedException" : undefined,
  );
  const survey = createSurvey(client, forbidden);
  const ask = async (name: string) =>
    expect(await survey.running(machineArn(name), null)).toMatchObject({ kind: "unlistable" });
  for (let round = 0; round < 3; round += 1) await ask("first");
  expect(lines).toMatchObject([
    {
      fields: { operation: "ListExecutions", stateMachineArn: machineArn("first") },
      message: expect.stringMatching(/docs\/aws\.md/) as string,
    },
  ]);
  expect(
    JSON.stringify(lines, (_key, value: unknown) => (value instanceof Error ? value.message : value)),
  ).toContain("not for you: ListExecutions");
  await ask("second");
  expect(lines).toHaveLength(2);
  pass(3_600_000);
  await ask("first");
  expect(lines).toHaveLength(3);
  expect(clock.now()).not.toEqual(timestamp);
});

test("definitions that we may not read are told of only where no other shows our activity", async () => {
  const isHidden = { first: true, second: false };
  const { client, clock, forbidden, lines, pass } = account(
    ["first", "second"],
    (operation, { stateMachineArn = "" }) =>
      operation === "DescribeStateMachine" &&
      isHidden[stateMachineArn.split(":").at(-1) as "first" | "second"]
        ? "AccessDeniedException"
        : undefined,
  );
  const find = createFindExecution(client, clock, never, forbidden);
  const look = (workerName: string) =>
    find.running(activity, { workerName, since: clock.now(), withData: false });
  pass(5_000);
  await look("second");
  expect(lines).toEqual([]);
  isHidden.second = true;
  pass(120_000);
  await look("another");
  expect(lines.map(({ fields }) => fields)).toMatchObject([
    { operation: "DescribeStateMachine", stateMachineArn: machineArn("first") },
    { operation: "DescribeStateMachine", stateMachineArn: machineArn("second") },
  ]);
});
