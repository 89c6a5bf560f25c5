import { RE2JS } from "re2js";
import { isJsonObject, type Json } from "./json.ts";

export type Comparator =
  | "=="
  | "==="
  | "!="
  | "!=="
  | "<"
  | "<="
  | ">"
  | ">="
  | "=~"
  | "in"
  | "nin"
  | "contains"
  | "all"
  | "size"
  | "empty"
  | "subsetof"
  | "anyof"
  | "noneof";

/** Undefined: there is nothing at that path. */
type Value = Json | RE2JS | undefined;

/** Whether two values of a filter stand in this relation, as Jayway's JsonPath, which AWS uses, sees it. */
export function compareValues(comparator: Comparator, left: Value, right: Value): boolean {
  if (comparator === "=~") return matches(left, right);
  if (left instanceof RE2JS || right instanceof RE2JS) return false;
  return relations[comparator](left, right);
}

type Relation = (left: Json | undefined, right: Json | undefined) => boolean;

const relations: Readonly<Record<Exclude<Comparator, "=~">, Relation>> = {
  "==": isEqual,
  "===": (left, right) => kindOf(left) === kindOf(right) && isEqual(left, right),
  "!=": (left, right) => !isEqual(left, right),
  "!==": (left, right) => kindOf(left) !== kindOf(right) || !isEqual(left, right),
  "<": (left, right) => inOrder(left, right, (a, b) => a < b),
  "<=": (left, right) => inOrder(left, right, (a, b) => a <= b),
  ">": (left, right) => inOrder(left, right, (a, b) => a > b),
  ">=": (left, right) => inOrder(left, right, (a, b) => a >= b),
  in: isIn,
  nin: (left, right) => !isIn(left, right),
  contains: (left, right) =>
    typeof left === "string" && typeof right === "string" ? left.includes(right) : isIn(right, left),
  all: (left, right) =>
    isList(right) && (isJsonObject(left) || (isList(left) && right.every((each) => isIn(each, left)))),
  size: (left, right) => typeof right === "number" && sizeOf(left) === Math.trunc(right),
  empty: (left, right) => sizeOf(left) !== undefined && (sizeOf(left) === 0) === right,
  subsetof: (left, right) => isList(left) && isList(right) && left.every((each) => isIn(each, right)),
  anyof: (left, right) => isList(left) && isList(right) && left.some((each) => isIn(each, right)),
  noneof: (left, right) => isList(left) && isList(right) && !left.some((each) => isIn(each, right)),
};

/** What is not there equals nothing; a number equals the text that it is written as. */
function isEqual(left: Json | undefined, right: Json | undefined): boolean {
  if (left === undefined || right === undefined) return false;
  if (typeof left === "number" && typeof right === "string")
    return right.trim() !== "" && left === Number(right);
  if (typeof left === "string" && typeof right === "number") return left === String(right);
  return left === right || (typeof left === "object" && canonical(left) === canonical(right));
}

/** The order of an object's members does not count. */
function canonical(value: Json): string {
  return JSON.stringify(value, (_name, each: Json) =>
    isJsonObject(each) ? Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)) : each,
  );
}

function inOrder(
  left: Json | undefined,
  right: Json | undefined,
  isSo: (left: number | string, right: number | string) => boolean,
): boolean {
  const isOrdered =
    (typeof left === "number" && typeof right === "number") ||
    (typeof left === "string" && typeof right === "string");
  return isOrdered && isSo(left, right);
}

function isIn(item: Json | undefined, list: Json | undefined): boolean {
  return isList(list) && list.some((each) => isEqual(item, each));
}

function isList(value: Json | undefined): value is Json[] {
  return Array.isArray(value);
}

function sizeOf(value: Json | undefined): number | undefined {
  if (typeof value === "string" || isList(value)) return value.length;
  return isJsonObject(value) ? Object.keys(value).length : undefined;
}

function kindOf(value: Json | undefined): string {
  return value === null ? "null" : isList(value) ? "list" : typeof value;
}

/** All of the text, or of one text in a list; on either side. */
function matches(left: Value, right: Value): boolean {
  const [pattern, subject] = left instanceof RE2JS ? [left, right] : [right, left];
  if (!(pattern instanceof RE2JS) || subject instanceof RE2JS) return false;
  const texts = isList(subject) ? subject : [subject];
  return texts.some((each) => pattern.matches(textOf(each)));
}

function textOf(value: Json | undefined): string {
  return typeof value === "object" || value === undefined ? "" : String(value);
}
