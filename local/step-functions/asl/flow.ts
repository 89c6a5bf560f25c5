import { assigned, evaluate, isJsonata, scopeOf } from "./data-flow.ts";
import type { Catcher } from "./definition.ts";
import { isTooDeep, tooDeep } from "./json-depth.ts";
import { jsonBytes, payloadLimit, type Json, type JsonObject } from "./json.ts";
import { putResult } from "./result-path.ts";
import { filterBy } from "./scope.ts";
import { runtimeFault, RuntimeFault } from "./state-fault.ts";
import { append, appendOfExecution, setThread, setVisit, threadAt, type Here, type Turn } from "./turn.ts";
import type { ThreadPath } from "./execution.ts";

/** The fields that say what becomes of a state's result. */
export interface Outgoing {
  readonly ResultSelector?: Json | undefined;
  readonly ResultPath?: string | null | undefined;
  readonly OutputPath?: string | null | undefined;
  readonly Output?: Json | undefined;
  readonly Assign?: JsonObject | undefined;
}

const ownFields = { output: "Output", assign: "Assign" };

/** Where a state leads. */
export interface Next {
  readonly Next?: string | undefined;
  readonly End?: boolean | undefined;
}

/** Ends a visit with the result of a Pass, Task, Parallel or Map, put through the state's fields. May throw a StateFault. */
export function finish(here: Here, result: Json, outgoing: Outgoing, next: Next): void {
  const { Output: output, ResultSelector: selector, ResultPath: place, OutputPath: path } = outgoing;
  if (isJsonata(here)) {
    const value = output === undefined ? result : evaluate(here, "Output", output, { result });
    return leave(here, value, next, assigned(here, outgoing.Assign, { result }));
  }
  const selected = selector === undefined ? result : evaluate(here, "ResultSelector", selector, { result });
  // Both see the result as it came: https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html.
  const variables = assigned(here, outgoing.Assign, { result });
  const combined = putResult(place, here.visit.input, selected);
  leave(here, filterBy(path, scopeOf(here, combined)), next, variables);
}

/**
 * Ends a visit that has no result: of a Choice, Wait or Succeed, which hand their effective input on. `places` says where in the state
 * the fields stand, if not in itself.
 */
export function pass(here: Here, input: Json, outgoing: Outgoing, next: Next, places = ownFields): void {
  const { Output: output, OutputPath: path, Assign: assign } = outgoing;
  const variables = assigned(here, assign, { input }, places.assign);
  if (!isJsonata(here)) return leave(here, filterBy(path, scopeOf(here, input)), next, variables);
  leave(here, output === undefined ? input : evaluate(here, places.output, output, {}), next, variables);
}

/** Ends a visit with its final output and goes on to the next state, or ends the thread. */
export function leave(here: Here, output: Json, { Next: next }: Next, variables?: JsonObject): void {
  const { turn, path, visit, definition } = here;
  if (output !== visit.input && isTooDeep(output)) throw runtimeFault(tooDeep);
  if (output !== visit.input && jsonBytes(output) > payloadLimit) {
    const text = `The state/task '${visit.state}' returned a result with a size exceeding the maximum number of bytes service limit.`;
    throw new RuntimeFault("States.DataLimitExceeded", text);
  }
  const details = { name: visit.state, ...assignedDetails(variables) };
  append(turn, path, { type: `${definition.Type}StateExited`, details, output });
  setVisit(turn, path, undefined);
  if (variables !== undefined) {
    const thread = threadAt(turn, path);
    setThread(turn, path, { ...thread, variables: { ...thread.variables, ...variables } });
  }
  if (next !== undefined) turn.ready.push({ path, state: next, input: output });
  else turn.ready.push({ path, output });
}

/** History shows each variable as a text of its own. */
function assignedDetails(variables: JsonObject | undefined): JsonObject {
  if (variables === undefined) return {};
  const texts = Object.entries(variables).map(([name, value]): [string, Json] => [
    name,
    JSON.stringify(value),
  ]);
  return { assignedVariables: Object.fromEntries(texts), assignedVariablesDetails: { truncated: false } };
}

/** Leaves a state by one of its catchers, with what went wrong as the result. */
export function leaveBy(here: Here, catcher: Catcher, index: number, errorOutput: JsonObject): void {
  const { ResultPath: place, Output: output, Assign: assign, Next: next } = catcher;
  const at = `Catch[${index}]`;
  const variables = assigned(here, assign, { errorOutput }, `${at}/Assign`);
  if (!isJsonata(here))
    return leave(here, putResult(place, here.visit.input, errorOutput), { Next: next }, variables);
  const value = output === undefined ? errorOutput : evaluate(here, `${at}/Output`, output, { errorOutput });
  leave(here, value, { Next: next }, variables);
}

/** Ends the execution SUCCEEDED. */
export function succeedExecution(turn: Turn, path: ThreadPath, output: Json): void {
  appendOfExecution(turn, threadAt(turn, path).lastEventId, { type: "ExecutionSucceeded", output });
  turn.state = { ...turn.state, status: "SUCCEEDED", output, stoppedAt: turn.at };
  turn.effects.push({ type: "end" });
}
