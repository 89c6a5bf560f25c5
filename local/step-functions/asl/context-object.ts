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
      StartTime: timestamp(state.startedAt),
      RedriveCount: state.redriveCount ?? 0,
      ...(state.redrivenAt === undefined ? {} : { RedriveTime: timestamp(state.redrivenAt) }),
    },
    StateMachine: { Id: state.stateMachineArn, Name: state.stateMachineName },
    State: {
      Name: visit.state,
      EnteredTime: timestamp(visit.enteredAt),
      // Recordings show it on Task states alone.
      ...(definition.Type === "Task"
        ? { RetryCount: visit.retries.reduce((sum, count) => sum + count, 0) }
        : {}),
    },
    ...(current === undefined ? {} : { Map: { Item: presentItem(current) } }),
    ...(token === undefined ? {} : { Task: { Token: token } }),
  };
}

/** All items come from the state's input: nothing else is read here. */
function presentItem({ index, key, value }: MapItem): JsonObject {
  return { Index: index, ...(key === undefined ? {} : { Key: key }), Value: value, Source: "STATE_DATA" };
}

/** With milliseconds only where there are some, as AWS has it. */
function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}
