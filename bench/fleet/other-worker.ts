import { execFile } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectFile } from "../../src/project-file.ts";
import { GetActivityTaskCommand, SendTaskSuccessCommand } from "@aws-sdk/client-sfn";
import { perSecond } from "./ratio.ts";
import { region } from "./stub.ts";
import { activityArn, type Surroundings } from "./surroundings.ts";

const run = promisify(execFile);
const tasks = 2_000;

/** The npm package step-function-worker, which keeps nothing: it takes a task and answers it at once. Against the bare SDK doing the same. */
export async function otherWorker({ stub }: Surroundings): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-bench-other-"));
  try {
    await cp(projectFile("bench/step-function-worker"), folder, { recursive: true });
    await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund"], {
      cwd: folder,
      timeout: 120_000,
    });
    await stub.set({ tasks: tasks + 200 });
    const { stdout } = await run(
      process.execPath,
      ["run.cjs", stub.url, region, activityArn, String(tasks)],
      {
        cwd: folder,
        timeout: 120_000,
      },
    );
    const theirs = Number(stdout.trim().split("\n").at(-1));
    await stub.set({ tasks });
    const client = stub.rawClient();
    const bare = await perSecond(tasks, 50, async () => {
      const { taskToken } = await client.send(new GetActivityTaskCommand({ activityArn }));
      await client.send(new SendTaskSuccessCommand({ taskToken, output: "{}" }));
    });
    client.destroy();
    console.log(
      `      step-function-worker 2.1 takes and answers ${theirs.toFixed(0)} tasks/s, the bare SDK ${bare.toFixed(0)}/s: ${(theirs / bare).toFixed(2)}`,
    );
  } catch (error) {
    console.log(
      `      step-function-worker was left out: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)}`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
