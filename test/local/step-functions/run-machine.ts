import type { Harness } from "./harness.ts";

/** Starts an execution of a machine of its own, and tells how it stands afterwards. */
export async function run(sfn: Harness, definition: object, input: unknown = {}) {
  const execution = await sfn.start(await sfn.machine(definition), input);
  const { status, output, error, cause } = await sfn.describe(execution);
  const result = output === undefined ? undefined : (JSON.parse(output) as unknown);
  return { execution, status, result, error, cause };
}
