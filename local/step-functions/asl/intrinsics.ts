import { formatTemplate } from "./intrinsic-format.ts";
import { intrinsicFunctions, type Draw } from "./intrinsic-functions.ts";
import { parseIntrinsic, type IntrinsicNode } from "./intrinsic-parser.ts";
import type { Json } from "./json.ts";
import { lookUpPath, type Scope } from "./scope.ts";
import { runtimeFault, RuntimeFault } from "./state-fault.ts";

/** Thrown by a function for arguments that it cannot take; the expression is named where it is known. */
function intrinsicFault(reason: string): RuntimeFault {
  return new RuntimeFault("States.IntrinsicFailure", reason);
}

/** Evaluates `States.…(…)`. Throws States.IntrinsicFailure, and States.Runtime for a path that leads nowhere. */
export function evaluateIntrinsic(expression: string, scope: Scope): Json {
  const node = parseIntrinsic(expression);
  if (node === undefined) throw intrinsicFault(`Invalid intrinsic function: ${expression}`);
  return evaluate(node, scope, expression);
}

function evaluate(node: IntrinsicNode, scope: Scope, expression: string): Json {
  switch (node.kind) {
    case "literal":
      return node.value;
    case "path":
      return argumentAt(node.path, scope, expression);
    case "text":
      return node.raw.replace(/\\([^])/gu, "$1");
    case "call":
      return call(node, scope, expression);
  }
}

function argumentAt(path: string, scope: Scope, expression: string): Json {
  const outcome = lookUpPath(path, scope);
  if (outcome.found) return outcome.value;
  const input = JSON.stringify(scope.input);
  throw runtimeFault(
    `The function '${expression}' had the following error: The JsonPath argument for the field '${path}' could not be found in the input '${input}'`,
  );
}

function call(
  { name, args }: Extract<IntrinsicNode, { kind: "call" }>,
  scope: Scope,
  expression: string,
): Json {
  const values = args.map((arg) => evaluate(arg, scope, expression));
  const refused = () => intrinsicFault(`Invalid arguments in ${name}: '${expression}'`);
  if (name === "States.Format") {
    const [template] = args;
    const text = template?.kind === "text" ? template.raw : values[0];
    const filled = typeof text === "string" ? formatTemplate(text, values.slice(1)) : undefined;
    if (filled === undefined) throw refused();
    return filled;
  }
  const intrinsic = intrinsicFunctions.get(name);
  if (intrinsic === undefined) throw intrinsicFault(`Invalid intrinsic function: ${name}`);
  const draw: Draw = scope.random;
  const result = intrinsic(values, draw);
  if (result === undefined) throw refused();
  return result;
}
