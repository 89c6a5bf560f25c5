import { evaluateIntrinsic } from "./intrinsics.ts";
import { isJsonObject, type Json } from "./json.ts";
import { lookUpPath, type Scope } from "./scope.ts";
import { runtimeFault } from "./state-fault.ts";

/**
 * Fills a payload template (Parameters, ResultSelector): a member whose name ends with `.$` holds a path or an intrinsic
 * function, whose value it gets under the name without `.$`. Throws States.Runtime for a path that leads nowhere; an index past the end
 * of a list gives null.
 */
export function fillTemplate(template: Json, scope: Scope): Json {
  if (Array.isArray(template)) return template.map((item) => fillTemplate(item, scope));
  if (!isJsonObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, value]): [string, Json] => {
      if (!name.endsWith(".$")) return [name, fillTemplate(value, scope)];
      return [name.slice(0, -2), evaluateField(name, value, scope)];
    }),
  );
}

function evaluateField(field: string, expression: Json, scope: Scope): Json {
  if (typeof expression !== "string")
    throw runtimeFault(`The value for the field '${field}' must be a valid JSONPath expression`);
  if (!expression.startsWith("$")) return evaluateIntrinsic(expression, scope);
  const outcome = lookUpPath(expression, scope);
  if (outcome.found) return outcome.value;
  if (outcome.isBeyondEnd === true) return null;
  const input = JSON.stringify(scope.input);
  throw runtimeFault(
    `The JSONPath '${expression}' specified for the field '${field}' could not be found in the input '${input}'`,
  );
}
