import { memory } from "./sfn/memory.ts";
import { rates } from "./sfn/rates.ts";
import { replay } from "./sfn/replay.ts";

/** The local Step Functions endpoint: what it adds to what HTTP and the SDK take anyway, what it holds, and how soon it is back. */
export async function sfn(): Promise<boolean> {
  await rates();
  return [await memory(), await replay()].every(Boolean);
}
