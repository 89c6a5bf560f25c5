import type { Json } from "./json.ts";
import type { Scope } from "./scope.ts";
import { runtimeFault } from "./state-fault.ts";

/** Evaluates `States.…(…)`. Throws States.Runtime. */
export function evaluateIntrinsic(expression: string, _scope: Scope): Json {
  throw runtimeFault(`The intrinsic function '${expression}' is not supported by this endpoint`);
}
