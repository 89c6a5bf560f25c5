import { z } from "zod";

/** The requests of https://docs.aws.amazon.com/step-functions/latest/apireference/, as far as their model constrains them. */

const arn = z.string().min(1).max(256);
const longArn = z.string().min(1).max(2_000);
const name = z.string().min(1).max(80);
const data = z.string().max(262_144);
const error = z.string().max(256).nullish();
const cause = z.string().max(32_768).nullish();
const taskToken = z.string().min(1).max(2_048);
const paging = {
  maxResults: z.int().min(0).max(1_000).nullish(),
  nextToken: z.string().min(1).max(1_024).nullish(),
};
const flag = z.boolean().nullish();

export const createActivity = z.object({
  name,
  tags: z.array(z.object({ key: z.string().min(1).max(128), value: z.string().max(256) })).nullish(),
});
export const activityByArn = z.object({ activityArn: arn });
export const page = z.object(paging);

export const getActivityTask = z.object({ activityArn: arn, workerName: name.nullish() });
export const sendTaskSuccess = z.object({ taskToken, output: data });
export const sendTaskFailure = z.object({ taskToken, error, cause });
export const sendTaskHeartbeat = z.object({ taskToken });

export const startExecution = z.object({ stateMachineArn: arn, name: name.nullish(), input: data.nullish() });
export const executionByArn = z.object({ executionArn: arn });
export const stopExecution = z.object({ executionArn: arn, error, cause });
export const redriveExecution = z.object({
  executionArn: arn,
  clientToken: z.string().min(1).max(64).nullish(),
});
export const listExecutions = z.object({
  stateMachineArn: longArn,
  redriveFilter: z.enum(["REDRIVEN", "NOT_REDRIVEN"]).nullish(),
  statusFilter: z
    .enum(["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"])
    .nullish(),
  ...paging,
});
export const getExecutionHistory = z.object({
  executionArn: arn,
  reverseOrder: flag,
  includeExecutionData: flag,
  ...paging,
});

export const listMapRuns = z.object({ executionArn: arn, ...paging });
export const mapRunByArn = z.object({ mapRunArn: longArn });
