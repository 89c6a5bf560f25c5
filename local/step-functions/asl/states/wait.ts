import type { WaitState } from "../definition.ts";
import { leave } from "../flow.ts";
import { filterBy, valueAt, type Scope } from "../scope.ts";
import { runtimeFault } from "../state-fault.ts";
import { parseTimestamp } from "../timestamp.ts";
import { newKey, scopeOf, wait, type Here } from "../turn.ts";

/** Wait: sets a timer, or goes on at once if the moment has passed. */
export function waitFor(here: Here<WaitState>): void {
  const scope = scopeOf(here, filterBy(here.definition.InputPath, scopeOf(here, here.visit.input)));
  const until = waitsUntil(here.definition, here.turn.at, scope);
  if (until <= here.turn.at) {
    waitIsOver(here);
    return;
  }
  const timer = newKey(here, "wait");
  wait(here, { for: "timer", key: timer });
  here.turn.effects.push({ type: "setTimer", timer, at: until });
}

/** The timer of a Wait state has fired. */
export function waitIsOver(here: Here<WaitState>): void {
  const { definition, visit } = here;
  const input = filterBy(definition.InputPath, scopeOf(here, visit.input));
  leave(here, filterBy(definition.OutputPath, scopeOf(here, input)), definition);
}

function waitsUntil(state: WaitState, now: number, scope: Scope): number {
  if (state.Timestamp !== undefined) return parseTimestamp(state.Timestamp) ?? now;
  if (state.TimestampPath !== undefined) return timestampAt(state.TimestampPath, scope);
  const seconds =
    state.SecondsPath === undefined ? (state.Seconds ?? 0) : secondsAt(state.SecondsPath, scope);
  return now + seconds * 1000;
}

function timestampAt(path: string, scope: Scope): number {
  const value = valueAt(path, scope);
  const at = typeof value === "string" ? parseTimestamp(value) : undefined;
  if (at !== undefined) return at;
  const shown = typeof value === "string" ? value : JSON.stringify(value);
  throw runtimeFault(
    `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${path} == ${shown}`,
  );
}

function secondsAt(path: string, scope: Scope): number {
  const value = valueAt(path, scope);
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  throw runtimeFault(
    `The SecondsPath parameter cannot be parsed as a long value: ${path} == ${JSON.stringify(value)}`,
  );
}
