import { effectiveInput, evaluate, numberOf, scopeOf } from "../data-flow.ts";
import type { WaitState } from "../definition.ts";
import { pass } from "../flow.ts";
import type { Json } from "../json.ts";
import { expressionIn } from "../jsonata/evaluate.ts";
import { valueAt } from "../scope.ts";
import { EvaluationFault, runtimeFault } from "../state-fault.ts";
import { parseTimestamp } from "../timestamp.ts";
import { newKey, wait, type Here } from "../turn.ts";

/** Wait: sets a timer, or goes on at once if the moment has passed. */
export function waitFor(here: Here<WaitState>): void {
  const until = waitsUntil(here, effectiveInput(here));
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
  pass(here, effectiveInput(here), here.definition, here.definition);
}

function waitsUntil(here: Here<WaitState>, input: Json): number {
  const { Timestamp: timestamp, TimestampPath: path } = here.definition;
  if (timestamp !== undefined) return timestampIn(here, timestamp);
  if (path !== undefined) return timestampAt(here, path, input);
  const seconds = numberOf(here, input, {
    name: "Seconds",
    value: here.definition.Seconds,
    path: here.definition.SecondsPath,
    accepts: (value) => Number.isInteger(value) && value >= 0,
    atPath: (at, value) =>
      `The SecondsPath parameter cannot be parsed as a long value: ${at} == ${JSON.stringify(value)}`,
  });
  return here.turn.at + (seconds ?? 0) * 1000;
}

function timestampIn(here: Here<WaitState>, timestamp: string): number {
  if (expressionIn(timestamp) === undefined) return parseTimestamp(timestamp) ?? here.turn.at;
  const value = evaluate(here, "Timestamp", timestamp, {});
  const at = typeof value === "string" ? parseTimestamp(value) : undefined;
  if (at !== undefined) return at;
  const shown = typeof value === "string" ? value : JSON.stringify(value);
  const text = `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${shown}`;
  throw new EvaluationFault(text, "Timestamp", false);
}

function timestampAt(here: Here<WaitState>, path: string, input: Json): number {
  const value = valueAt(path, scopeOf(here, input));
  const at = typeof value === "string" ? parseTimestamp(value) : undefined;
  if (at !== undefined) return at;
  const shown = typeof value === "string" ? value : JSON.stringify(value);
  throw runtimeFault(
    `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${path} == ${shown}`,
  );
}
