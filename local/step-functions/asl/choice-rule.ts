import type { ChoiceRule } from "./definition.ts";
import { isJsonObject, type Json } from "./json.ts";
import { lookUpPath, type Scope } from "./scope.ts";
import { runtimeFault } from "./state-fault.ts";
import { parseTimestamp } from "./timestamp.ts";

type Comparison = (left: Json, right: Json) => boolean;

/**
 * Compares two values of one type; values of another type never satisfy a comparison, and are no error.
 * `order` gives a negative number, 0 or a positive one, or undefined if either value is not of the type.
 */
function comparisons(
  type: string,
  order: (left: Json, right: Json) => number | undefined,
): [string, Comparison][] {
  const test =
    (holds: (difference: number) => boolean): Comparison =>
    (left, right) => {
      const difference = order(left, right);
      return difference !== undefined && holds(difference);
    };
  return [
    [`${type}Equals`, test((difference) => difference === 0)],
    [`${type}LessThan`, test((difference) => difference < 0)],
    [`${type}LessThanEquals`, test((difference) => difference <= 0)],
    [`${type}GreaterThan`, test((difference) => difference > 0)],
    [`${type}GreaterThanEquals`, test((difference) => difference >= 0)],
  ];
}

function orderStrings(left: Json, right: Json): number | undefined {
  if (typeof left !== "string" || typeof right !== "string") return undefined;
  return left === right ? 0 : left < right ? -1 : 1;
}

function orderNumbers(left: Json, right: Json): number | undefined {
  return typeof left === "number" && typeof right === "number" ? left - right : undefined;
}

function orderTimestamps(left: Json, right: Json): number | undefined {
  if (typeof left !== "string" || typeof right !== "string") return undefined;
  const [earlier, later] = [parseTimestamp(left), parseTimestamp(right)];
  return earlier === undefined || later === undefined ? undefined : earlier - later;
}

const comparing = new Map<string, Comparison>([
  ...comparisons("String", orderStrings),
  ...comparisons("Numeric", orderNumbers),
  ...comparisons("Timestamp", orderTimestamps),
  ["BooleanEquals", (left, right) => typeof left === "boolean" && left === right],
  [
    "StringMatches",
    (left, right) => typeof left === "string" && typeof right === "string" && matches(left, right),
  ],
]);

const typeTests = new Map<string, (value: Json) => boolean>([
  ["IsNull", (value) => value === null],
  ["IsString", (value) => typeof value === "string"],
  ["IsNumeric", (value) => typeof value === "number"],
  ["IsBoolean", (value) => typeof value === "boolean"],
  ["IsTimestamp", (value) => typeof value === "string" && parseTimestamp(value) !== undefined],
]);

/** `*` stands for any run of characters; `\*` and `\\` for themselves. Leftmost matches suffice, so no pattern is slow. */
function matches(text: string, pattern: string): boolean {
  const [first = "", ...rest] = literalsOf(pattern);
  if (rest.length === 0) return text === first;
  const last = rest.pop() ?? "";
  const end = text.length - last.length;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const literal of rest) {
    const found = text.indexOf(literal, at);
    if (found < 0) return false;
    at = found + literal.length;
  }
  return at <= end;
}

/** What stands between a pattern's wildcards. */
function literalsOf(pattern: string): string[] {
  const literals = [""];
  for (const [part] of pattern.matchAll(/\\[\\*]|[^]/gu)) {
    if (part === "*") literals.push("");
    else
      literals.push(
        (literals.pop() ?? "") + (part.length === 2 && part.startsWith("\\") ? part.slice(1) : part),
      );
  }
  return literals;
}

/** The names of all operators that a rule with a `Variable` may have. */
export const operatorNames: ReadonlySet<string> = new Set([
  ...comparing.keys(),
  ...[...comparing.keys()].filter((name) => name !== "StringMatches").map((name) => `${name}Path`),
  ...typeTests.keys(),
  "IsPresent",
]);

/** The operator of a rule, e.g. `NumericGreaterThanPath`, or undefined for And, Or, Not and for a rule without one. */
export function operatorOf(rule: ChoiceRule): string | undefined {
  return Object.keys(rule).find((name) => operatorNames.has(name));
}

/** Whether a rule holds for the scope's input. Throws States.Runtime for a `Variable` that leads nowhere. */
export function holds(rule: ChoiceRule, scope: Scope): boolean {
  if (rule.And !== undefined) return rule.And.every((each) => holds(each, scope));
  if (rule.Or !== undefined) return rule.Or.some((each) => holds(each, scope));
  if (rule.Not !== undefined) return !holds(rule.Not, scope);
  const operator = operatorOf(rule);
  if (operator === undefined || rule.Variable === undefined) return false;
  return holdsFor(rule.Variable, operator, rule[operator] as Json, scope);
}

function holdsFor(variable: string, operator: string, operand: Json, scope: Scope): boolean {
  const outcome = lookUpPath(variable, scope);
  if (operator === "IsPresent") return outcome.found === operand;
  if (!outcome.found) throw invalidPath(variable);
  const value = outcome.value;
  const typeTest = typeTests.get(operator);
  if (typeTest !== undefined) return typeTest(value) === operand;
  const byPath = operator.endsWith("Path");
  const compare = comparing.get(byPath ? operator.slice(0, -"Path".length) : operator);
  if (compare === undefined || Array.isArray(value) || isJsonObject(value)) return false;
  return compare(value, byPath && typeof operand === "string" ? operandAt(operand, scope) : operand);
}

function operandAt(path: string, scope: Scope): Json {
  const outcome = lookUpPath(path, scope);
  if (!outcome.found) throw invalidPath(path);
  return outcome.value;
}

function invalidPath(path: string): Error {
  return runtimeFault(
    `Invalid path '${path}': The choice state's condition path references an invalid value.`,
  );
}
