import { operatorNames } from "../choice-rule.ts";
import type { ChoiceRule, QueryLanguage } from "../definition.ts";
import { expressionPattern } from "../definition.ts";
import { isPath } from "../scope.ts";
import { isTimestamp } from "../timestamp.ts";
import { schemaFault, type Diagnostic } from "./diagnostic.ts";

const combinations = new Set(["And", "Or", "Not"]);
/** Output and Condition are told by what their language knows. */
const ofEveryRule = ["Comment", "Next", "Assign", "Output", "Condition"];
const known: Readonly<Record<QueryLanguage, ReadonlySet<string>>> = {
  JSONata: new Set([...ofEveryRule, "Variable"]),
  JSONPath: new Set([...ofEveryRule, "Variable", ...combinations, ...operatorNames]),
};
const ofInnerRule: ReadonlySet<string> = new Set(["Comment", "Variable", ...combinations, ...operatorNames]);

/** A rule of a Choice state asks one thing: https://states-language.net/spec.html#choice-state. */
export function ruleFaults(rule: ChoiceRule, language: QueryLanguage, at: string): Diagnostic[] {
  const faults = unsupported(rule, known[language], at);
  return [...faults, ...(language === "JSONata" ? conditionFaults(rule, at) : testFaults(rule, at))];
}

function unsupported(rule: ChoiceRule, fields: ReadonlySet<string>, at: string): Diagnostic[] {
  return Object.keys(rule)
    .filter((name) => !fields.has(name))
    .map((name) => schemaFault(`Field '${name}' is not supported`, at));
}

function conditionFaults({ Condition: condition }: ChoiceRule, at: string): Diagnostic[] {
  if (condition === undefined) return [schemaFault("These fields are required: [Condition]", at)];
  if (typeof condition === "boolean" || expressionPattern.test(condition)) return [];
  return [schemaFault("Value is not a boolean or a JSONata expression", `${at}/Condition`)];
}

function testFaults(rule: ChoiceRule, at: string): Diagnostic[] {
  const tests = Object.keys(rule).filter((name) => combinations.has(name) || operatorNames.has(name));
  const [test] = tests;
  if (test === undefined || (rule.Variable === undefined && !combinations.has(test))) {
    const text =
      rule.Variable === undefined
        ? "These fields are required: [Variable]"
        : "A comparison operator is required";
    return [schemaFault(text, at)];
  }
  const rivals = combinations.has(test) && rule.Variable !== undefined ? ["Variable", ...tests] : tests;
  if (rivals.length > 1)
    return [schemaFault(`Only one of these fields is allowed: [${rivals.join(", ")}]`, at)];
  if (!combinations.has(test)) return operandFaults(test, rule[test], `${at}/${test}`);
  return innerRules(rule, at).flatMap(([inner, place]) => [
    ...unsupported(inner, ofInnerRule, place),
    ...testFaults(inner, place),
  ]);
}

function innerRules({ And: all, Or: any, Not: not }: ChoiceRule, at: string): [ChoiceRule, string][] {
  return [
    ...(all ?? []).map((rule, index): [ChoiceRule, string] => [rule, `${at}/And[${index}]`]),
    ...(any ?? []).map((rule, index): [ChoiceRule, string] => [rule, `${at}/Or[${index}]`]),
    ...(not === undefined ? [] : ([[not, `${at}/Not`]] as [ChoiceRule, string][])),
  ];
}

/** An operand of another type would never match. */
function operandFaults(operator: string, operand: unknown, at: string): Diagnostic[] {
  const fault = (text: string) => [schemaFault(text, at)];
  if (operator.endsWith("Path"))
    return typeof operand === "string" && operand.startsWith("$") && isPath(operand)
      ? []
      : fault("Value is not a valid JSONPath");
  if (operator.startsWith("Is") || operator.startsWith("Boolean"))
    return typeof operand === "boolean" ? [] : fault("Value is not a boolean");
  if (operator.startsWith("Numeric"))
    return typeof operand === "number" ? [] : fault("Value is not a number");
  if (typeof operand !== "string") return fault("Value is not a string");
  if (operator.startsWith("Timestamp") && !isTimestamp(operand))
    return fault("String does not match RFC3339 timestamp");
  return [];
}
