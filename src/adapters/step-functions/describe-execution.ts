import { DescribeExecutionCommand, type SFNClient } from "@aws-sdk/client-sfn";
import type { Execution } from "../../application/ports/step-functions.ts";
import { errorName } from "./errors.ts";

/** Null: no such execution. */
export async function describeExecution(client: SFNClient, executionArn: string): Promise<Execution | null> {
  try {
    const { status, startDate, stopDate, error, cause, output } = await client.send(
      new DescribeExecutionCommand({ executionArn }),
    );
    return {
      arn: executionArn,
      status: status ?? "RUNNING",
      startedAt: startDate ?? null,
      stoppedAt: stopDate ?? null,
      error: error ?? null,
      cause: cause ?? null,
      output: output ?? null,
    };
  } catch (error) {
    const name = errorName(error);
    if (name === "ExecutionDoesNotExist" || name === "InvalidArn") return null;
    throw error;
  }
}
