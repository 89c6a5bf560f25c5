import type { FailState, SucceedState } from "../definition.ts";
import { leave } from "../flow.ts";
import { valueOf } from "../expression.ts";
import { filterBy } from "../scope.ts";
import { runtimeFault, StateFault } from "../state-fault.ts";
import { scopeOf, type Here } from "../turn.ts";

/** Succeed: ends its thread with its input. */
export function succeed(here: Here<SucceedState>): void {
  const { definition, visit } = here;
  const input = filterBy(definition.InputPath, scopeOf(here, visit.input));
  leave(here, filterBy(definition.OutputPath, scopeOf(here, input)), { End: true });
}

/** Fail: always throws, with the error and cause that the state names or that its paths lead to. */
export function fail(here: Here<FailState>): never {
  const { Error: error, ErrorPath: errorPath, Cause: cause, CausePath: causePath } = here.definition;
  throw new StateFault(
    error ?? textAt(here, "ErrorPath", errorPath),
    cause ?? textAt(here, "CausePath", causePath),
  );
}

function textAt(here: Here<FailState>, field: string, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const value = valueOf(path, scopeOf(here, here.visit.input));
  if (typeof value === "string") return value;
  throw runtimeFault(`The value for the field '${field}' must be a string but was: ${JSON.stringify(value)}`);
}
