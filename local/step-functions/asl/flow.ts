import type { Catcher } from "./definition.ts";
import { jsonBytes, type Json } from "./json.ts";
import { putResult } from "./result-path.ts";
import { filterBy } from "./scope.ts";
import { RuntimeFault } from "./state-fault.ts";
import { append, appendOfExecution, scopeOf, setVisit, threadAt, type Here, type Turn } from "./turn.ts";
import type { ThreadPath } from "./execution.ts";

/** Bytes of JSON that a state may hand on: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html. */
const payloadLimit = 262_144;

/** The fields that say what becomes of a state's result. */
export interface Outgoing {
  readonly ResultPath?: string | null | undefined;
  readonly OutputPath?: string | null | undefined;
}

/** Ends a visit with a result, that is put into the raw input and filtered as the state says. May throw a StateFault. */
export function finish(here: Here, result: Json, { ResultPath, OutputPath }: Outgoing, next: Next): void {
  const combined = putResult(ResultPath, here.visit.input, result);
  leave(here, filterBy(OutputPath, scopeOf(here, combined)), next);
}

/** Where a state leads. */
export interface Next {
  readonly Next?: string | undefined;
  readonly End?: boolean | undefined;
}

/** Ends a visit with its final output and goes on to the next state, or ends the thread. */
export function leave(here: Here, output: Json, { Next: next }: Next): void {
  const { turn, path, visit, definition } = here;
  if (output !== visit.input && jsonBytes(output) > payloadLimit) {
    const text = `The state/task '${visit.state}' returned a result with a size exceeding the maximum number of bytes service limit.`;
    throw new RuntimeFault("States.DataLimitExceeded", text);
  }
  append(turn, path, { type: `${definition.Type}StateExited`, details: { name: visit.state }, output });
  setVisit(turn, path, undefined);
  if (next !== undefined) turn.ready.push({ path, state: next, input: output });
  else endThread(turn, path, output);
}

/** Leaves a state by one of its catchers, with what went wrong as the result. */
export function leaveBy(here: Here, { ResultPath, Next: next }: Catcher, errorOutput: Json): void {
  leave(here, putResult(ResultPath, here.visit.input, errorOutput), { Next: next });
}

function endThread(turn: Turn, path: ThreadPath, output: Json): void {
  appendOfExecution(turn, threadAt(turn, path).lastEventId, { type: "ExecutionSucceeded", output });
  turn.state = { ...turn.state, status: "SUCCEEDED", output, stoppedAt: turn.at };
  turn.effects.push({ type: "end" });
}
