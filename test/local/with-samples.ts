import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import { readFileSync } from "node:fs";
import { setTimeout as realTime } from "node:timers/promises";
import { readFunctions } from "../../local/read-functions.ts";
import { projectFile } from "../../src/project-file.ts";
import { harness, present, type Harness } from "./step-functions/harness.ts";

/** An endpoint as `countersign sfn serve --functions local/samples/functions.yaml` starts it, with these samples. */
export async function withSamples(...names: string[]) {
  const sfn = await harness({
    functions: await readFunctions([projectFile("local/samples/functions.yaml")]),
  });
  const machines = new Map<string, string>();
  for (const name of names) machines.set(name, await sfn.machine(sample(name), name));
  return {
    sfn,
    /** Starts an execution of a sample; answers its ARN. */
    start: (name: string, input: unknown) => sfn.start(present(machines.get(name)), input),
    /** Runs a sample to its end; answers its status and its output, or its error and cause. */
    async run(name: string, input: unknown) {
      return untilEnd(sfn, await sfn.start(present(machines.get(name)), input));
    },
    [Symbol.asyncDispose]: () => sfn[Symbol.asyncDispose](),
  };
}

/** The text of a sample. */
export const sampleText = (name: string) =>
  readFileSync(projectFile(`local/samples/${name}.asl.json`), "utf8");
const sample = (name: string) => JSON.parse(sampleText(name)) as object;

/** Functions answer in real time; all waits are the clock's, which moves a second at a look. */
export async function untilEnd({ client, clock }: Harness, executionArn: string) {
  for (let looks = 0; looks < 500; looks += 1) {
    const { status, output, error, cause } = await client.send(
      new DescribeExecutionCommand({ executionArn }),
    );
    if (status === "SUCCEEDED") return { status, output: JSON.parse(output ?? "null") as unknown };
    if (status !== "RUNNING") return { status, error, cause };
    await realTime(2);
    await clock.advance(1_000);
  }
  throw new Error(`${executionArn} does not end`);
}
