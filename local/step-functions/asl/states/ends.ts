import { effectiveInput, evaluate, isJsonata, scopeOf, unexpected } from "../data-flow.ts";
import type { FailState, SucceedState } from "../definition.ts";
import { valueOf } from "../expression.ts";
import { pass } from "../flow.ts";
import { runtimeFault, StateFault } from "../state-fault.ts";
import type { Here } from "../turn.ts";

/** Succeed: ends its thread with its input. */
export function succeed(here: Here<SucceedState>): void {
  pass(here, effectiveInput(here), here.definition, { End: true });
}

/** Fail: always throws, with the error and cause that the state names or that its paths lead to. */
export function fail(here: Here<FailState>): never {
  throw new StateFault(textOf(here, "Error"), textOf(here, "Cause"));
}

function textOf(here: Here<FailState>, field: "Error" | "Cause"): string | undefined {
  const text = here.definition[field];
  if (text === undefined) return textAt(here, `${field}Path`);
  if (!isJsonata(here)) return text;
  const value = evaluate(here, field, text, {});
  if (typeof value === "string") return value;
  throw unexpected(field, text, "string", value);
}

function textAt(here: Here<FailState>, field: "ErrorPath" | "CausePath"): string | undefined {
  const path = here.definition[field];
  if (path === undefined) return undefined;
  const value = valueOf(path, scopeOf(here, here.visit.input));
  if (typeof value === "string") return value;
  throw runtimeFault(`The value for the field '${field}' must be a string but was: ${JSON.stringify(value)}`);
}
