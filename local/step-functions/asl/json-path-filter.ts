import type { Json } from "./json.ts";

/** What is between the parentheses of `[?(…)]`, e.g. `@.price < 10 && (@.tag == 'new' || !@.sold)`. */
export type Filter =
  | { readonly kind: "and" | "or"; readonly left: Filter; readonly right: Filter }
  | { readonly kind: "not"; readonly operand: Filter }
  | { readonly kind: "exists"; readonly value: Operand }
  | {
      readonly kind: "compare";
      readonly operator: Comparator;
      readonly left: Operand;
      readonly right: Operand;
    };

type Comparator = "==" | "!=" | "<" | "<=" | ">" | ">=";
/** A path begins with `@`, the item, or `$`, the whole. */
type Operand = { readonly path: string } | { readonly literal: Json };

interface Cursor {
  readonly text: string;
  at: number;
  /** How many conditions have been begun. */
  conditions: number;
}

/** More make no filter: they nest in each other, and the stack has an end. */
const mostConditions = 200;

/** Undefined for a text that is no filter. */
export function parseFilter(text: string): Filter | undefined {
  const cursor = { text, at: 0, conditions: 0 };
  const filter = parseChain(cursor, "||");
  return filter !== undefined && cursor.text.slice(cursor.at).trim() === "" ? filter : undefined;
}

/** Takes what matches here, after white space; the pattern must be sticky. */
function take(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at;
  const match = pattern.exec(cursor.text);
  if (match === null) return undefined;
  cursor.at = pattern.lastIndex;
  return match[1];
}

function parseChain(cursor: Cursor, operator: "||" | "&&"): Filter | undefined {
  const next = () => (operator === "||" ? parseChain(cursor, "&&") : parseUnary(cursor));
  let left = next();
  while (left !== undefined && take(cursor, operator === "||" ? /\s*(\|\|)/y : /\s*(&&)/y) !== undefined) {
    const right = next();
    if (right === undefined) return undefined;
    left = { kind: operator === "||" ? "or" : "and", left, right };
  }
  return left;
}

function parseUnary(cursor: Cursor): Filter | undefined {
  cursor.conditions += 1;
  if (cursor.conditions > mostConditions) return undefined;
  if (take(cursor, /\s*(!)(?!=)/y) !== undefined) {
    const operand = parseUnary(cursor);
    return operand === undefined ? undefined : { kind: "not", operand };
  }
  if (take(cursor, /\s*(\()/y) !== undefined) {
    const inner = parseChain(cursor, "||");
    return take(cursor, /\s*(\))/y) === undefined ? undefined : inner;
  }
  const left = parseOperand(cursor);
  if (left === undefined) return undefined;
  const operator = take(cursor, /\s*(==|!=|<=|>=|<|>)/y) as Comparator | undefined;
  if (operator === undefined) return { kind: "exists", value: left };
  const right = parseOperand(cursor);
  return right === undefined ? undefined : { kind: "compare", operator, left, right };
}

function parseOperand(cursor: Cursor): Operand | undefined {
  const path = take(
    cursor,
    /\s*([@$](?:\[(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\]'"])*\]|[^\s()[\]=!<>&|])*)/y,
  );
  if (path !== undefined) return { path };
  const text = take(cursor, /\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/y);
  if (text !== undefined) return { literal: text.slice(1, -1).replace(/\\(.)/gu, "$1") };
  const literal = take(cursor, /\s*(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|(?:true|false|null)\b)/y);
  return literal === undefined ? undefined : { literal: JSON.parse(literal) as Json };
}

/** Whether a filter lets an item pass. `lookUp` gives the value at a path, undefined if there is none. */
export function passes(filter: Filter, lookUp: (path: string) => Json | undefined): boolean {
  const valueOf = (operand: Operand) => ("path" in operand ? lookUp(operand.path) : operand.literal);
  switch (filter.kind) {
    case "and":
      return passes(filter.left, lookUp) && passes(filter.right, lookUp);
    case "or":
      return passes(filter.left, lookUp) || passes(filter.right, lookUp);
    case "not":
      return !passes(filter.operand, lookUp);
    case "exists":
      return valueOf(filter.value) !== undefined;
    case "compare":
      return compare(filter.operator, valueOf(filter.left), valueOf(filter.right));
  }
}

/** Values of different types are different, and none is before the other. */
function compare(operator: Comparator, left: Json | undefined, right: Json | undefined): boolean {
  const same = JSON.stringify(left) === JSON.stringify(right);
  if (operator === "==") return same;
  if (operator === "!=") return !same;
  const ordered =
    (typeof left === "number" && typeof right === "number") ||
    (typeof left === "string" && typeof right === "string");
  if (!ordered) return false;
  const before = left < right;
  if (operator === "<") return before;
  if (operator === "<=") return before || same;
  return operator === ">" ? !before && !same : !before;
}
