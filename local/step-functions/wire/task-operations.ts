import { checkArn } from "../engine/arn.ts";
import { invalidOutput } from "../engine/aws-error.ts";
import { operation, type Operation } from "./operation.ts";
import { readPayload } from "../engine/read-payload.ts";
import * as shapes from "./request-shapes.ts";

export const taskOperations = {
  /** An empty poll answers without a token after 60 s. */
  GetActivityTask: operation(
    shapes.getActivityTask,
    async ({ activityArn, workerName }, { engine, signal }) => {
      checkArn(activityArn, "activity");
      return (await engine.poll(activityArn, workerName ?? undefined, signal)) ?? {};
    },
  ),

  SendTaskSuccess: operation(shapes.sendTaskSuccess, ({ taskToken, output: text }, { engine }) => {
    const output = readPayload(text, invalidOutput);
    engine.answer(taskToken, (task) => ({ type: "taskSucceeded", task, output }));
    return {};
  }),

  SendTaskFailure: operation(shapes.sendTaskFailure, ({ taskToken, error, cause }, { engine }) => {
    const details = {
      ...(typeof error === "string" ? { error } : {}),
      ...(typeof cause === "string" ? { cause } : {}),
    };
    engine.answer(taskToken, (task) => ({ type: "taskFailed", task, ...details }));
    return {};
  }),

  /** Accepted for any open task, with HeartbeatSeconds or without. */
  SendTaskHeartbeat: operation(shapes.sendTaskHeartbeat, ({ taskToken }, { engine }) => {
    engine.answer(taskToken, (task) => ({ type: "taskHeartbeat", task }));
    return {};
  }),
} satisfies Record<string, Operation>;
