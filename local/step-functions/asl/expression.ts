import { evaluateIntrinsic } from "./intrinsics.ts";
import type { Json } from "./json.ts";
import { valueAt, type Scope } from "./scope.ts";

/** The value of a path or of an intrinsic function, either of which ErrorPath and CausePath take. Throws States.Runtime. */
export function valueOf(expression: string, scope: Scope): Json {
  return expression.startsWith("$") ? valueAt(expression, scope) : evaluateIntrinsic(expression, scope);
}
