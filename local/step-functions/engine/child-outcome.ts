import type { Occurrence } from "../asl/execution-event.ts";
import type { Json, JsonObject } from "../asl/json.ts";
import type { Pattern } from "../asl/service-task.ts";
import type { ExecutionRecord } from "./world.ts";

/** What the end of an execution is to the `.sync` task that has started it. */
export function childOutcome(child: ExecutionRecord, task: string, pattern: Pattern): Occurrence {
  const description = describeChild(child, pattern === "sync:2");
  if (child.state.status === "SUCCEEDED") return { type: "taskSucceeded", task, output: description };
  return { type: "taskFailed", task, error: "States.TaskFailed", cause: JSON.stringify(description) };
}

/** DescribeExecution's answer as service integrations have it; `sync:2` shows input and output as JSON rather than texts. */
function describeChild({ state, inputText }: ExecutionRecord, asJson: boolean): JsonObject {
  const shown = (value: Json, text: string): Json => (asJson ? value : text);
  const { output, error, cause, stoppedAt } = state;
  return {
    ExecutionArn: state.arn,
    ...(error === undefined ? {} : { Error: error }),
    ...(cause === undefined ? {} : { Cause: cause }),
    Input: shown(state.input, inputText),
    InputDetails: { Included: true },
    Name: state.name,
    ...(output === undefined
      ? {}
      : { Output: shown(output, JSON.stringify(output)), OutputDetails: { Included: true } }),
    StartDate: state.startedAt,
    StateMachineArn: state.stateMachineArn,
    Status: state.status,
    ...(stoppedAt === undefined ? {} : { StopDate: stoppedAt }),
  };
}
