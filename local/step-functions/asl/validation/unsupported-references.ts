import type { SyntaxNode } from "../jsonata/library.ts";

/** Of `$states`: what is not there at all times. */
export type StatesField = "result" | "errorOutput";

/** Parts of a node that see the same `$` as the node; all others see what the node has found, or are called with something. */
const sameContext: Readonly<Record<string, ReadonlySet<string>>> = {
  binary: new Set(["lhs", "rhs"]),
  unary: new Set(["lhs", "expression", "expressions"]),
  block: new Set(["expressions"]),
  condition: new Set(["condition", "then", "else"]),
  function: new Set(["arguments"]),
  partial: new Set(["arguments"]),
  bind: new Set(["rhs"]),
  apply: new Set(["lhs", "rhs"]),
};

/**
 * What an expression refers to and Step Functions does not have, each thing once and in AWS's words. Expressions have no context item:
 * whatever would read it (`$`, `$$`, a name that begins a path) reads nothing. `missing` are the fields that `$states` lacks here.
 */
export function unsupportedReferences(tree: SyntaxNode, missing: readonly StatesField[]): string[] {
  const found = new Set<string>();
  // No recursion: an expression may be as deep as its parser can bear.
  const pending: Part[] = [[tree, true]];
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    const [node, top] = part;
    const fault = faultOf(node, top, missing);
    if (fault !== undefined) found.add(fault);
    for (const inner of partsOf(node, top).reverse()) pending.push(inner);
  }
  return [...found];
}

/** A node, or a list or a record of nodes, and whether it sees the context of the whole expression. */
type Part = readonly [part: Readonly<Partial<SyntaxNode>>, top: boolean];

function faultOf(node: Part[0], top: boolean, missing: readonly StatesField[]): string | undefined {
  const { type, value, steps } = node;
  if (type === "variable" && value === "$") return "Reference to '$$' is not supported.";
  if (top && type === "variable" && value === "") return topLevel("$");
  if (top && type === "name") return topLevel(String(value));
  const [first, second] = type === "path" ? (steps ?? []) : [];
  if (first?.type !== "variable" || first.value !== "states" || second?.type !== "name") return undefined;
  const field = missing.find((each) => each === second.value);
  return field === undefined ? undefined : `Field '$states.${field}' does not exist.`;
}

function topLevel(name: string): string {
  return `Reference to '${name}' at the top level is not supported.`;
}

function partsOf(node: Part[0], top: boolean): Part[] {
  if (Array.isArray(node)) return node.filter(isObject).map((each): Part => [each, top]);
  return Object.entries(node).flatMap(([name, value]: [string, unknown]): Part[] => {
    if (!isObject(value)) return [];
    // Each step of a path sees what the one before it has found.
    if (node.type === "path" && name === "steps" && Array.isArray(value))
      return value.filter(isObject).map((step, index): Part => [step, top && index === 0]);
    return [[value, top && sameContext[node.type ?? ""]?.has(name) === true]];
  });
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
