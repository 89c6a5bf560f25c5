import type { QueryLanguage, State } from "../definition.ts";
import { schemaFault, type Diagnostic } from "./diagnostic.ts";

/** Fields that only one of the query languages has, in states, catchers and rules. */
const only: Readonly<Record<QueryLanguage, ReadonlySet<string>>> = {
  JSONata: new Set(["Arguments", "Output", "Items", "Condition"]),
  JSONPath: new Set([
    "InputPath",
    "OutputPath",
    "Parameters",
    "Result",
    "ResultPath",
    "ResultSelector",
    "ItemsPath",
    "SecondsPath",
    "TimestampPath",
    "TimeoutSecondsPath",
    "HeartbeatSecondsPath",
    "MaxConcurrencyPath",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentagePath",
    "ErrorPath",
    "CausePath",
    "Variable",
  ]),
};

/** Fields that a state has although its language does not know them, and expressions where a number is needed. */
export function languageFaults(state: State, language: QueryLanguage, at: string): Diagnostic[] {
  const parts: [object, string][] = [[state, at]];
  if (state.Type === "Choice")
    state.Choices.forEach((rule, index) => parts.push([rule, `${at}/Choices[${index}]`]));
  if ("Catch" in state)
    state.Catch?.forEach((catcher, index) => parts.push([catcher, `${at}/Catch[${index}]`]));
  const other = language === "JSONata" ? "JSONPath" : "JSONata";
  const faults = parts.flatMap(([part, place]) =>
    Object.keys(part)
      .filter((field) => only[other].has(field))
      .map((field) => schemaFault(wrongLanguage(field, language, other), place)),
  );
  return language === "JSONata" ? faults : [...faults, ...numberFaults(state, at)];
}

function wrongLanguage(field: string, language: QueryLanguage, other: QueryLanguage): string {
  return `The QueryLanguage is set to '${language}', but field '${field}' is only supported for the '${other}' QueryLanguage`;
}

const numeric = [
  "Seconds",
  "TimeoutSeconds",
  "HeartbeatSeconds",
  "MaxConcurrency",
  "ToleratedFailureCount",
  "ToleratedFailurePercentage",
];

function numberFaults(state: State, at: string): Diagnostic[] {
  return Object.entries(state)
    .filter(([name, value]) => numeric.includes(name) && typeof value === "string")
    .map(([name]) => schemaFault("Value is not a number", `${at}/${name}`));
}
