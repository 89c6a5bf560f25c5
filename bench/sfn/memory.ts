import { fork } from "node:child_process";
import { once } from "node:events";
import { projectFile } from "../../src/project-file.ts";
import { report } from "../support/report.ts";
import {
  approval,
  clientOf,
  createActivity,
  createMachine,
  roundTrip,
  startExecution,
  takeTask,
  times,
} from "./client.ts";

const waiting = 10_000;
const warmUp = 500;

interface Memory {
  residentMb: number;
  heapMb: number;
}

/** What 10,000 tasks in the hands of workers hold, more than none. */
export async function memory(): Promise<boolean> {
  const child = fork(projectFile("bench/sfn/measured-endpoint.ts"), {
    execArgv: ["--expose-gc", "--import", "tsx"],
    env: { PATH: process.env["PATH"], NODE_NO_WARNINGS: "1" },
  });
  const ended = once(child, "exit");
  const [{ url }] = (await once(child, "message")) as [{ url: string }];
  const measure = async () => {
    child.send("measure");
    return ((await once(child, "message")) as [Memory])[0];
  };
  const client = clientOf(url);
  const activityArn = await createActivity(client);
  const machine = await createMachine(client, "approval", approval(activityArn));
  // What a process takes for its first calls is no task's.
  await times(warmUp, async () => {
    await startExecution(client, machine);
    await roundTrip(client, activityArn);
  });
  const before = await measure();
  await times(waiting, () => startExecution(client, machine));
  await times(waiting, () => takeTask(client, activityArn));
  const after = await measure();
  client.destroy();
  child.send("end");
  await ended;
  const heap = after.heapMb - before.heapMb;
  console.log(
    `      heap of ${waiting} waiting tasks: ${heap.toFixed(0)} MB, ${((heap * 1024) / waiting).toFixed(1)} KB each`,
  );
  const values = [after.residentMb - before.residentMb];
  return report({
    what: "memory of 10,000 waiting",
    values,
    unit: "MB",
    limit: 150,
    bare: before.residentMb,
  });
}
