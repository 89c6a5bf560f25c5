import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as realTime } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { validateDefinition } from "../../../local/step-functions/asl/validate-definition.ts";
import { ManualClock } from "../../../local/step-functions/clock.ts";
import { makeArn } from "../../../local/step-functions/engine/arn.ts";
import { createEngine } from "../../../local/step-functions/engine/create-engine.ts";
import { FactNotKept } from "../../../local/step-functions/engine/insist.ts";
import { startExecution } from "../../../local/step-functions/engine/start-execution.ts";
import { appendFile } from "../../../local/step-functions/journal/append-file.ts";
import { lineOf } from "../../../local/step-functions/journal/fact-line.ts";
import { openJournalFile } from "../../../local/step-functions/journal/journal-file.ts";
import { replay } from "../../../local/step-functions/journal/replay.ts";

const place = { region: "us-east-1", accountId: "123456789012" };
const activityArn = makeArn(place, "activity", "a");
const machineArn = makeArn(place, "stateMachine", "m");
const { signal } = new AbortController();

const root = await mkdtemp(join(tmpdir(), "countersign-journal-file-"));
afterAll(() => rm(root, { recursive: true, force: true }));

/** An engine whose facts can be kept only while `disk.full` is false: a machine that waits, sends a message, and asks a worker. */
function onFullDisk() {
  const clock = new ManualClock(0, 4);
  const engine = createEngine({ clock, place });
  const disk = { full: false };
  engine.onFact(() => {
    if (disk.full) throw new Error("ENOSPC: no space left on device");
  });
  const definition = JSON.stringify({
    StartAt: "Wait",
    States: {
      Wait: { Type: "Wait", Seconds: 5, Next: "Send" },
      Send: {
        Type: "Task",
        Resource: "arn:aws:states:::sqs:sendMessage",
        Parameters: { QueueUrl: "q", MessageBody: "x" },
        Next: "Ask",
      },
      Ask: { Type: "Task", Resource: activityArn, HeartbeatSeconds: 60, End: true },
    },
  });
  const validated = validateDefinition(definition);
  if (!validated.ok) throw new Error("invalid");
  const { machine } = validated;
  engine.record({ type: "activityCreated", activity: { arn: activityArn, name: "a", createdAt: 0 } });
  const queue = { name: "q", visibilitySeconds: 30, waitSeconds: 0, delaySeconds: 0, createdAt: 0 };
  engine.record({ type: "queueCreated", queue });
  const stateMachine = { arn: machineArn, name: "m", definition, machine, roleArn: "r", createdAt: 0 };
  engine.record({ type: "stateMachineCreated", stateMachine });
  return { clock, engine, disk };
}

describe("an endpoint whose disk is full", () => {
  it("refuses what it cannot write down, and none of it happens", () => {
    const { engine, disk } = onFullDisk();
    disk.full = true;
    const start = () => startExecution(engine, { stateMachineArn: machineArn, name: "e" });
    expect(start).toThrow(FactNotKept);
    expect(start).toThrow(/could not be written down: ENOSPC/);
    expect(engine.world.executions.size).toBe(0);
    disk.full = false;
    expect(start().state.status).toBe("RUNNING");
    engine.close();
  });

  it("does what nobody asks for again as soon as there is room: timers, calls, tasks for those who wait", async () => {
    const { clock, engine, disk } = onFullDisk();
    const { state } = startExecution(engine, { stateMachineArn: machineArn, name: "e" });
    const types = () => engine.world.executions.get(state.arn)?.history.map(({ type }) => type) ?? [];
    const polled = engine.poll(activityArn, "w", signal);
    disk.full = true;
    await clock.advance(7_000);
    expect(types()).not.toContain("WaitStateExited");
    disk.full = false;
    await clock.advance(1_000);
    expect(types().filter((type) => type === "TaskSucceeded")).toHaveLength(1);
    const task = await polled;
    expect(task?.taskToken).toBeTruthy();

    disk.full = true;
    expect(() =>
      engine.answer(task?.taskToken ?? "", (key) => ({ type: "taskSucceeded", task: key, output: 1 })),
    ).toThrow(FactNotKept);
    disk.full = false;
    engine.answer(task?.taskToken ?? "", (key) => ({ type: "taskSucceeded", task: key, output: 1 }));
    expect(engine.world.executions.get(state.arn)?.state.status).toBe("SUCCEEDED");
    engine.close();
    expect(clock.pending).toBe(0);
  });

  it("takes no further line after one that it could neither write nor take back", () => {
    const file = appendFile("/dev/full");
    expect(() => file.append("{}")).toThrow();
    expect(() => file.append("{}")).toThrow(/may not be whole/);
  });
});

describe("a journal that has grown", () => {
  it("is compacted while it is written, and loses nothing that counts", async () => {
    const path = join(root, "journal.jsonl");
    const { engine, clock } = onFullDisk();
    const lines: string[] = [];
    engine.onFact((fact) => void lines.push(lineOf(fact)));
    // Those of the machine itself came before anybody listened: a second engine tells them again.
    const { arn, name, definition, machine, roleArn, createdAt } = engine.world.stateMachines.get(
      machineArn,
    ) ?? {
      arn: "",
      name: "",
      definition: "",
      roleArn: "",
      createdAt: 0,
      machine: { StartAt: "", States: {} },
    };
    engine.record({ type: "activityCreated", activity: { arn: activityArn, name: "a", createdAt: 0 } });
    const queue = { name: "q", visibilitySeconds: 30, waitSeconds: 0, delaySeconds: 0, createdAt: 0 };
    engine.record({ type: "queueCreated", queue });
    engine.record({
      type: "stateMachineUpdated",
      stateMachine: { arn, name, definition, machine, roleArn, createdAt },
    });
    startExecution(engine, { stateMachineArn: machineArn, name: "e" });
    await clock.advance(6_000);
    const task = await engine.poll(activityArn, "w", signal);
    for (let beat = 0; beat < 5_000; beat += 1)
      engine.answer(task?.taskToken ?? "", (key) => ({ type: "taskHeartbeat", task: key }));

    const first = openJournalFile(path, false, () => undefined);
    for (const line of lines.slice(0, -500)) first.append(line);
    await first.close();
    const before = (await readFile(path)).length;
    const notices: string[] = [];
    const file = openJournalFile(path, true, (_level, message) => void notices.push(message));
    for (const line of lines.slice(-500, -499)) file.append(line);
    for (let tries = 0; notices.length === 0 && tries < 500; tries += 1) await realTime(10);
    for (const line of lines.slice(-499)) file.append(line);
    await file.close();
    engine.close();
    expect(notices).toEqual(["the journal was compacted"]);
    const after = await readFile(path, "utf8");
    expect(after.length).toBeLessThan(before / 2);
    const { world } = await replay(path, () => undefined);
    const told = ({ executions, tokens }: typeof world) => ({
      tokens: [...tokens],
      executions: [...executions.values()].map(({ state, history, timers }) => ({
        state,
        history,
        timers: [...timers].map(([timer, { at }]) => [timer, at]),
      })),
    });
    expect(told(world)).toEqual(told(engine.world));
  });

  it("goes on as it is after a compaction that was killed", async () => {
    const path = join(root, "killed.jsonl");
    await openJournalFile(path, false, () => undefined).close();
    await writeFile(`${path}.next`, "half a li");
    const { facts } = await replay(path, () => undefined);
    expect(facts).toBe(0);
    await expect(readFile(`${path}.next`)).rejects.toThrow("ENOENT");
  });
});
