import { setImmediate as nextTurn } from "node:timers/promises";
import type { Harness } from "./harness.ts";

/** Services answer in a later turn of the event loop. */
export async function settled(sfn: Harness, executionArn: string) {
  for (let turns = 0; turns < 1_000; turns += 1) {
    const described = await sfn.describe(executionArn);
    if (described.status !== "RUNNING") return described;
    await nextTurn();
  }
  throw new Error("it runs on");
}

/** A machine of one task. */
export function task(Resource: string, Parameters: object, more: object = {}) {
  return { StartAt: "T", States: { T: { Type: "Task", Resource, Parameters, End: true, ...more } } };
}
