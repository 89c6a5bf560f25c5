import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../local/step-functions/clock.ts";
import { createEngine } from "../../local/step-functions/engine/create-engine.ts";
import type { Engine } from "../../local/step-functions/engine/engine.ts";
import { startExecution } from "../../local/step-functions/engine/start-execution.ts";
import { openJournal } from "../../local/step-functions/journal/open-journal.ts";
import { activityOperations } from "../../local/step-functions/wire/activity-operations.ts";
import { stateMachineOperations } from "../../local/step-functions/wire/state-machine-operations.ts";
import { median, report } from "../support/report.ts";
import { approval } from "./client.ts";
import { serve } from "./server-process.ts";

const events = 100_000;
const starts = 3;

/** From the start of the process to an endpoint that goes on from a journal of 100,000 events. */
export async function replay(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-bench-"));
  const empty = join(folder, "empty");
  const full = join(folder, "full");
  await writeJournal(full);
  const { size } = await stat(join(full, "journal.jsonl"));
  console.log(`      a journal of ${events} events: ${(size / 2 ** 20).toFixed(0)} MB`);
  const readyS = async (at: string) => {
    await using server = await serve(at);
    return server.readyMs / 1000;
  };
  const bare: number[] = [];
  const values: number[] = [];
  for (let count = 0; count < starts; count += 1) {
    bare.push(await readyS(empty));
    values.push(await readyS(full));
  }
  await rm(folder, { recursive: true, force: true });
  return report({ what: "replay of 100,000 events", values, unit: "s", limit: 5, bare: median(bare) });
}

/** Over the wire it would take minutes: the engine is driven by hand. */
async function writeJournal(folder: string): Promise<void> {
  const clock = systemClock();
  const journal = await openJournal(folder, { clock, log: () => undefined });
  const place = { region: "us-east-1", accountId: "123456789012" };
  const engine = createEngine({ clock, place, world: journal.world, tokenSecret: journal.tokenSecret });
  journal.attach(engine);
  let count = 0;
  const stop = engine.onFact(() => (count += 1));
  const { signal } = new AbortController();
  const call = { engine, signal, host: "127.0.0.1" };
  const { activityArn } = activityOperations.CreateActivity({ name: "bench" }, call) as {
    activityArn: string;
  };
  const definition = JSON.stringify(approval(activityArn));
  const roleArn = "arn:aws:iam::123456789012:role/bench";
  const machine = { name: "approval", definition, roleArn };
  const { stateMachineArn } = stateMachineOperations.CreateStateMachine(machine, call) as {
    stateMachineArn: string;
  };
  for (let executions = 1; count < events; executions += 1)
    await oneExecution(engine, { stateMachineArn, activityArn, signal, answers: executions % 10 !== 0 });
  stop();
  engine.close();
  await journal.close();
}

/** Created, its task handed out, two heartbeats, its answer. */
async function oneExecution(
  engine: Engine,
  options: { stateMachineArn: string; activityArn: string; signal: AbortSignal; answers: boolean },
): Promise<void> {
  const { stateMachineArn, activityArn, signal, answers } = options;
  startExecution(engine, {
    stateMachineArn,
    input: '{"commit":"0000000","title":"a change like any other"}',
  });
  const { taskToken = "" } = (await engine.poll(activityArn, "bench", signal)) ?? {};
  for (let beats = 0; beats < 2; beats += 1)
    engine.answer(taskToken, (task) => ({ type: "taskHeartbeat", task }));
  const output = { decision: "approved", comment: "looks good" };
  if (answers) engine.answer(taskToken, (task) => ({ type: "taskSucceeded", task, output }));
}
