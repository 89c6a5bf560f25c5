import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { present } from "../local/step-functions/harness.ts";
import { startProduct } from "../support/product.ts";
import { until } from "../support/until.ts";

const run = promisify(execFile);

const environment = {
  ...process.env,
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_DEFAULT_REGION: "us-east-1",
  AWS_PAGER: "",
};

/** Null: this machine has no such program, or it does not run. */
async function tryProgram(program: string, args: string[]): Promise<string | null> {
  return run(program, args, { env: environment }).then(
    ({ stdout }) => stdout,
    () => null,
  );
}

describe("other clients of Step Functions, where a machine has them", () => {
  it("the AWS CLI starts an execution, takes its task and answers it", async () => {
    if ((await tryProgram("aws", ["--version"])) === null) return;
    await using product = await startProduct({ realTime: true, workers: false });
    const aws = async (...args: string[]) =>
      JSON.parse(
        (
          await run(
            "aws",
            ["stepfunctions", ...args, "--endpoint-url", product.endpoint.url, "--output", "json"],
            { env: environment },
          )
        ).stdout || "{}",
      ) as Record<string, string>;
    const { executionArn } = await aws(
      "start-execution",
      "--state-machine-arn",
      product.stateMachineArn,
      "--name",
      "from-the-cli",
      "--input",
      '"Code build complete!"',
    );
    const { taskToken, input } = await aws(
      "get-activity-task",
      "--activity-arn",
      product.activityArn,
      "--worker-name",
      "cli",
    );
    expect(input).toBe('"Code build complete!"');
    await aws("send-task-heartbeat", "--task-token", present(taskToken));
    await aws("send-task-success", "--task-token", present(taskToken), "--task-output", '{"approved":true}');
    const ended = await aws("describe-execution", "--execution-arn", present(executionArn));
    expect([ended["status"], ended["output"]]).toEqual(["SUCCEEDED", '{"approved":true}']);
  });

  it("boto3 rejects a task with RejectedByUser and a cause", async () => {
    if ((await tryProgram("python3", ["-c", "import boto3"])) === null) return;
    await using product = await startProduct({ realTime: true, workers: false });
    const executionArn = await product.startExecution({ commit: "abc" });
    const script = `
import boto3, sys
sfn = boto3.client("stepfunctions", endpoint_url=sys.argv[1], region_name="us-east-1")
task = sfn.get_activity_task(activityArn=sys.argv[2], workerName="boto3")
sfn.send_task_failure(taskToken=task["taskToken"], error="RejectedByUser", cause="The code is buggy")
try:
    sfn.send_task_success(taskToken=task["taskToken"], output="{}")
except sfn.exceptions.TaskTimedOut as closed:
    print("closed:", closed)
`;
    const { stdout } = await run("python3", ["-c", script, product.endpoint.url, product.activityArn], {
      env: environment,
    });
    expect(stdout).toContain("closed:");
    const ended = await until("the execution ends", async () => {
      const execution = await product.describe(executionArn);
      return execution.status === "RUNNING" ? null : execution;
    });
    expect(ended).toEqual({ status: "FAILED", error: "RejectedByUser", cause: "The code is buggy" });
  });
});
