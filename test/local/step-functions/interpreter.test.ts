import { describe, expect, it } from "vitest";
import type { Effect, Occurrence } from "../../../local/step-functions/asl/execution-event.ts";
import { newExecution, step, type Step } from "../../../local/step-functions/asl/interpreter.ts";
import { validateDefinition } from "../../../local/step-functions/asl/validate-definition.ts";

const resource = "arn:aws:states:us-east-1:123456789012:activity:po-approval";
const startedAt = Date.UTC(2026, 0, 1);

function machineOf(definition: object) {
  const validated = validateDefinition(JSON.stringify(definition));
  if (!validated.ok) throw new Error(JSON.stringify(validated.diagnostics));
  return validated.machine;
}

function begun(input = {}) {
  const arns = { arn: "e", name: "e", stateMachineArn: "m", stateMachineName: "m", roleArn: "r" };
  return newExecution({ ...arns, input, startedAt });
}

/** Takes steps one after the other, as an engine does; every state between them goes through JSON. */
function steps(definition: object, ...occurrences: Occurrence[]): Step[] {
  const machine = machineOf(definition);
  let state = begun();
  return occurrences.map((occurrence, index) => {
    const taken = step(machine, state, { ...occurrence, at: startedAt + index * 1_000, seed: index });
    state = JSON.parse(JSON.stringify(taken.state)) as typeof state;
    return taken;
  });
}

const kinds = (effects: readonly Effect[]) =>
  effects.map((effect) => (effect.type === "appendHistory" ? effect.event.type : effect.type));

const Retry = [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 10, JitterStrategy: "FULL", MaxAttempts: 1 }];
const task = { Type: "Task", Resource: resource, TimeoutSeconds: 60, HeartbeatSeconds: 10, Retry, End: true };
const approval = { StartAt: "Approve", States: { Approve: task } };

const started = { type: "started" } as const;
const scheduled = { type: "activityScheduled", task: "task@#1" } as const;
const taken = { type: "activityStarted", task: "task@#1", workerName: "w" } as const;
const succeeded = { type: "taskSucceeded", task: "task@#1", output: { ok: true } } as const;

describe("the interpreter", () => {
  it("asks for an activity and writes it into history once it is known to be scheduled", () => {
    const [first, second] = steps(approval, started, scheduled);
    expect(kinds(first?.effects ?? [])).toEqual(["ExecutionStarted", "TaskStateEntered", "scheduleActivity"]);
    expect(kinds(second?.effects ?? [])).toEqual(["ActivityScheduled"]);
  });

  it("starts both clocks when the activity is started, and stops them when it is answered", () => {
    const [, , third, fourth] = steps(approval, started, scheduled, taken, succeeded);
    expect(third?.effects.filter(({ type }) => type === "setTimer")).toEqual([
      { type: "setTimer", timer: "timeout-task@#1", at: startedAt + 62_000 },
      { type: "setTimer", timer: "heartbeat-task@#1", at: startedAt + 12_000 },
    ]);
    const last = [
      "closeTask",
      "cancelTimer",
      "cancelTimer",
      "ActivitySucceeded",
      "TaskStateExited",
      "ExecutionSucceeded",
      "end",
    ];
    expect(kinds(fourth?.effects ?? [])).toEqual(last);
    expect(fourth?.state).toMatchObject({ status: "SUCCEEDED", output: { ok: true } });
  });

  it("changes nothing for an event that comes too late", () => {
    const late: Occurrence[] = [
      { type: "timerFired", timer: "heartbeat-task@#1" },
      { type: "timerFired", timer: "retry@#2" },
      { type: "taskHeartbeat", task: "task@#1" },
      { type: "taskFailed", task: "task@#1" },
      { type: "stopped" },
      succeeded,
    ];
    for (const each of steps(approval, started, scheduled, taken, succeeded, ...late).slice(4))
      expect(each.effects).toEqual([]);
  });

  it("leaves a timer alone that belongs to an attempt before", () => {
    const failed = { type: "taskFailed", task: "task@#1", error: "Flaky" } as const;
    const retry = { type: "timerFired", timer: "retry@#2" } as const;
    const taken2 = steps(approval, started, scheduled, taken, failed, retry, {
      type: "timerFired",
      timer: "timeout-task@#1",
    });
    expect(kinds(taken2[4]?.effects ?? [])).toEqual(["scheduleActivity"]);
    expect(taken2[5]?.effects).toEqual([]);
  });

  it("is a function: the same state and event give the same step, jitter included, and the state is left as it was", () => {
    const machine = machineOf(approval);
    const before = steps(approval, started, scheduled, taken).at(-1)?.state ?? begun();
    const frozen = JSON.stringify(before);
    const event = { type: "taskFailed", task: "task@#1", error: "Flaky", at: startedAt, seed: 42 } as const;
    const once = step(machine, before, event);
    expect(step(machine, before, event)).toEqual(once);
    expect(JSON.stringify(before)).toBe(frozen);
    const timer = once.effects.find((effect) => effect.type === "setTimer");
    expect(timer?.at).toBeGreaterThan(startedAt);
    expect(timer?.at).toBeLessThanOrEqual(startedAt + 10_000);
    expect(step(machine, before, { ...event, seed: 43 })).not.toEqual(once);
  });
});
