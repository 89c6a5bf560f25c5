import type { MapItem } from "./execution.ts";
import type { JsonObject } from "./json.ts";
import { threadsDownTo } from "./threads.ts";
import type { Here } from "./turn.ts";

/** The context object, https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html. */
export function contextObject(
  { turn: { state }, path, definition, visit }: Here,
  item?: MapItem,
): JsonObject {
  const current =
    item ?? threadsDownTo(state.root, path).findLast((thread) => thread.item !== undefined)?.item;
  const { waiting } = visit;
  const token = waiting?.for === "service" ? waiting.token : undefined;
  return {
    Execution: {
      Id: state.arn,
      Input: state.input,
      Name: state.name,
      RoleArn: state.roleArn,
      StartTime: new Date(state.startedAt).toISOString(),
      RedriveCount: state.redriveCount ?? 0,
      ...(state.redrivenAt === undefined ? {} : { RedriveTime: new Date(state.redrivenAt).toISOString() }),
    },
    StateMachine: { Id: state.stateMachineArn, Name: state.stateMachineName },
    State: {
      Name: visit.state,
      EnteredTime: new Date(visit.enteredAt).toISOString(),
      // Recordings show it on Task states alone.
      ...(definition.Type === "Task"
        ? { RetryCount: visit.retries.reduce((sum, count) => sum + count, 0) }
        : {}),
    },
    ...(current === undefined ? {} : { Map: { Item: { Index: current.index, Value: current.value } } }),
    ...(token === undefined ? {} : { Task: { Token: token } }),
  };
}
