import { SFNServiceException, type HistoryEvent, type SFNClient } from "@aws-sdk/client-sfn";
import { beforeEach, describe, expect, it } from "vitest";
import { machineOf } from "../../src/adapters/step-functions/arns.ts";
import { createFindExecution } from "../../src/adapters/step-functions/find-execution.ts";

const machine = "arn:aws:states:us-east-1:123456789012:stateMachine:deploy";
const activity = "arn:aws:states:us-east-1:123456789012:activity:po-approval";
const parent = "arn:aws:states:us-east-1:123456789012:execution:deploy:one";
const mapRun = "arn:aws:states:us-east-1:123456789012:mapRun:deploy/Regions:run-1";
const innerRun = "arn:aws:states:us-east-1:123456789012:mapRun:deploy/Stages:run-2";
const item = (name: string) => `arn:aws:states:us-east-1:123456789012:execution:deploy/Regions:${name}`;
const express = "arn:aws:states:us-east-1:123456789012:express:deploy/Regions:x:y";

let nowMs = 0;
let asked: string[] = [];

const started = (mapRunArn: string): HistoryEvent[] => [
  { id: 3, timestamp: new Date(nowMs), type: "MapRunStarted", mapRunStartedEventDetails: { mapRunArn } },
];
const waiting = (workerName: string): HistoryEvent[] => [
  {
    id: 4,
    previousEventId: 3,
    timestamp: new Date(nowMs),
    type: "ActivityStarted",
    activityStartedEventDetails: { workerName },
  },
  {
    id: 3,
    previousEventId: 2,
    timestamp: new Date(nowMs),
    type: "ActivityScheduled",
    activityScheduledEventDetails: { resource: activity },
  },
  {
    id: 2,
    previousEventId: 0,
    timestamp: new Date(nowMs),
    type: "TaskStateEntered",
    stateEnteredEventDetails: { name: "A" },
  },
];

/** One execution with a distributed Map, one item of which has such a Map itself. */
const histories: Record<string, () => HistoryEvent[]> = {
  [parent]: () => started(mapRun),
  [item("north")]: () => waiting("poll-north"),
  [item("south")]: () => started(innerRun),
  [item("deep")]: () => waiting("poll-deep"),
};
const running: Record<string, readonly string[]> = {
  [machine]: [parent],
  [mapRun]: [item("north"), item("south"), express],
  [innerRun]: [item("deep")],
};

function gone(name: "ResourceNotFound" | "ExecutionDoesNotExist"): never {
  throw new SFNServiceException({ name, $fault: "client", $metadata: {} });
}

const replies: Record<string, (input: Record<string, string>) => object> = {
  ListStateMachinesCommand: () => ({ stateMachines: [{ stateMachineArn: machine, type: "STANDARD" }] }),
  DescribeStateMachineCommand: () => ({ definition: `{"Resource": "${activity}"}` }),
  ListExecutionsCommand({ stateMachineArn, mapRunArn }) {
    expect([stateMachineArn, mapRunArn].filter((each) => each !== undefined)).toHaveLength(1);
    const arn = stateMachineArn ?? mapRunArn ?? "";
    asked.push(arn);
    return {
      executions: (running[arn] ?? gone("ResourceNotFound")).map((executionArn) => ({ executionArn })),
    };
  },
  GetExecutionHistoryCommand({ executionArn = "" }) {
    asked.push(executionArn);
    return { events: histories[executionArn]?.() ?? gone("ExecutionDoesNotExist") };
  },
};

function finder() {
  const send = async (command: object & { input: Record<string, string> }) =>
    Promise.resolve(replies[command.constructor.name]?.(command.input));
  const clock = { now: () => new Date(nowMs) };
  return createFindExecution({ send } as unknown as SFNClient, clock, () => Promise.resolve(new Set()), {
    skip: () => false,
  });
}

const look = (workerName: string) => ({ workerName, since: new Date(nowMs - 5_000), withData: false });

describe("an activity inside a distributed Map", () => {
  beforeEach(() => {
    nowMs = 1_000_000_000_000;
    asked = [];
  });

  it("is found among the executions of its map run, and in a Map inside that", async () => {
    const find = finder();
    const found = await find.running(activity, look("poll-deep"));
    expect(found.get("poll-deep")?.executionArn).toBe(item("deep"));
    expect(found.get("poll-north")?.trace.stateName).toBe("A");
    expect(asked).toEqual([machine, parent, mapRun, item("north"), item("south"), innerRun, item("deep")]);
  });

  it("costs nothing anew while nothing new has come", async () => {
    const find = finder();
    await find.running(activity, look("poll-other"));
    asked = [];
    await find.running(activity, look("poll-another"));
    expect(asked).toEqual([]);
  });

  it("is found beside a map run that is gone", async () => {
    const items = running[innerRun] ?? [];
    delete running[innerRun];
    const found = await finder().running(activity, look("poll-other"));
    running[innerRun] = items;
    expect([...found.keys()]).toEqual(["poll-north"]);
    expect(asked).toContain(innerRun);
  });

  it("belongs to the state machine of the Map, for policies and triggers", () => {
    expect(machineOf(item("north"))).toBe(machine);
    expect(machineOf(parent)).toBe(machine);
    expect(machineOf(mapRun)).toBe(machine);
  });
});
