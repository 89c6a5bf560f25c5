import { RE2JS } from "re2js";
import { compareValues, type Comparator } from "./json-path-comparators.ts";
import { bracketedText, quotedText, unescaped } from "./json-path-texts.ts";
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

/** A path begins with `@`, the item, or `$`, the whole. */
type Operand = { readonly path: string } | { readonly literal: Json } | { readonly pattern: RE2JS };

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
  const operator = take(cursor, comparator)?.toLowerCase() as Comparator | undefined;
  if (operator === undefined) return { kind: "exists", value: left };
  const right = operator === "=~" ? parsePattern(cursor) : parseOperand(cursor);
  return right === undefined ? undefined : { kind: "compare", operator, left, right };
}

const comparator =
  /\s*(===|!==|==|!=|<=|>=|=~|<|>|(?:in|nin|contains|all|size|empty|subsetof|anyof|noneof)\b)/iy;

const pathText = new RegExp(String.raw`\s*([@$](?:${bracketedText}|\(\)|[^\s()[\]=!<>&|])*)`, "y");
const literalText = new RegExp(String.raw`\s*(${quotedText})`, "y");

function parseOperand(cursor: Cursor): Operand | undefined {
  const path = take(cursor, pathText);
  if (path !== undefined) return { path };
  const literal = parseLiteral(cursor);
  return literal === undefined ? undefined : { literal };
}

/** A text, number, truth value, null, or a list of such. */
function parseLiteral(cursor: Cursor): Json | undefined {
  if (take(cursor, /\s*(\[)/y) !== undefined) return parseList(cursor);
  const text = take(cursor, literalText);
  if (text !== undefined) return unescaped(text.slice(1, -1));
  const literal = take(cursor, /\s*(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|(?:true|false|null)\b)/y);
  return literal === undefined ? undefined : (JSON.parse(literal) as Json);
}

function parseList(cursor: Cursor): Json[] | undefined {
  const items: Json[] = [];
  if (take(cursor, /\s*(\])/y) !== undefined) return items;
  for (;;) {
    cursor.conditions += 1;
    const item = cursor.conditions > mostConditions ? undefined : parseLiteral(cursor);
    if (item === undefined) return undefined;
    items.push(item);
    const end = take(cursor, /\s*([,\]])/y);
    if (end !== ",") return end === undefined ? undefined : items;
  }
}

/** `/…/i`, run by RE2, whose time grows with the text alone: what comes in as input must hold up nobody. */
function parsePattern(cursor: Cursor): Operand | undefined {
  const source = take(cursor, /\s*\/((?:[^/\\]|\\.)+)\//y);
  const flags = take(cursor, /([dimsuU]*)/y) ?? "";
  if (source === undefined) return undefined;
  const kinds = { i: RE2JS.CASE_INSENSITIVE, m: RE2JS.MULTILINE, s: RE2JS.DOTALL };
  const flag = Object.entries(kinds).reduce(
    (all, [name, kind]) => all | (flags.includes(name) ? kind : 0),
    0,
  );
  try {
    return { pattern: RE2JS.compile(source, flag) };
  } catch {
    return undefined;
  }
}

/** Whether a filter lets an item pass. `lookUp` gives the value at a path, undefined if there is none. */
export function passes(filter: Filter, lookUp: (path: string) => Json | undefined): boolean {
  switch (filter.kind) {
    case "and":
      return passes(filter.left, lookUp) && passes(filter.right, lookUp);
    case "or":
      return passes(filter.left, lookUp) || passes(filter.right, lookUp);
    case "not":
      return !passes(filter.operand, lookUp);
    case "exists":
      return valueOf(filter.value, lookUp) !== undefined;
    case "compare":
      return compareValues(filter.operator, valueOf(filter.left, lookUp), valueOf(filter.right, lookUp));
  }
}

function valueOf(operand: Operand, lookUp: (path: string) => Json | undefined): Json | RE2JS | undefined {
  if ("path" in operand) return lookUp(operand.path);
  return "pattern" in operand ? operand.pattern : operand.literal;
}
