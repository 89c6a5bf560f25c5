import type { QueryLanguage, State } from "../definition.ts";
import { isTimestamp } from "../timestamp.ts";
import { ruleFaults } from "./choice-faults.ts";
import { schemaFault, type Diagnostic } from "./diagnostic.ts";
import { expressionFaults } from "./expression-faults.ts";
import { languageFaults } from "./language-faults.ts";
import { serviceFaults } from "./service-faults.ts";

/** What is wrong with a state beyond its shape; what is inside its branches is not looked at. */
export function stateFaults(state: State, language: QueryLanguage, at: string): Diagnostic[] {
  return [
    ...languageFaults(state, language, at),
    ...nextFaults(state, at),
    ...exclusiveFaults(state, at),
    ...errorNameFaults(state, at),
    ...ownFaults(state, language, at),
    ...expressionFaults(state, language, at),
  ];
}

function nextFaults(state: State, at: string): Diagnostic[] {
  if (state.Type === "Choice" || state.Type === "Succeed" || state.Type === "Fail") return [];
  if ((state.Next !== undefined) !== (state.End === true)) return [];
  return [
    schemaFault(
      state.Next === undefined
        ? "Either 'Next' or 'End' is required"
        : "'Next' and 'End' are mutually exclusive",
      at,
    ),
  ];
}

/** Fields of which a state may have one. */
const rivals = [
  "TimeoutSeconds",
  "HeartbeatSeconds",
  "MaxConcurrency",
  "ToleratedFailureCount",
  "ToleratedFailurePercentage",
  "Error",
  "Cause",
];

function exclusiveFaults(state: State, at: string): Diagnostic[] {
  const has = (name: string) => Object.hasOwn(state, name);
  return rivals
    .filter((name) => has(name) && has(`${name}Path`))
    .map((name) => schemaFault(`Only one of these fields is allowed: [${name}, ${name}Path]`, at));
}

/** States.ALL stands alone, and last: https://states-language.net/spec.html#retrying-after-error. */
function errorNameFaults(state: State, at: string): Diagnostic[] {
  const lists = [
    ["Retry", "Retry" in state ? (state.Retry ?? []) : []],
    ["Catch", "Catch" in state ? (state.Catch ?? []) : []],
  ] as const;
  return lists.flatMap(([field, list]) =>
    list.flatMap(({ ErrorEquals: names }, index) => {
      if (!names.includes("States.ALL")) return [];
      const place = `${at}/${field}[${index}]/ErrorEquals`;
      if (names.length > 1) return [schemaFault("States.ALL must appear alone", place)];
      return index < list.length - 1 ? [schemaFault(`States.ALL must be in the last ${field}`, place)] : [];
    }),
  );
}

function ownFaults(state: State, language: QueryLanguage, at: string): Diagnostic[] {
  switch (state.Type) {
    case "Choice":
      return state.Choices.flatMap((rule, index) => ruleFaults(rule, language, `${at}/Choices[${index}]`));
    case "Wait":
      return waitFaults(state, language, at);
    case "Task":
      return taskFaults(state, language, at);
    case "Map":
      return mapFaults(state, at);
    case "Pass":
    case "Succeed":
    case "Fail":
    case "Parallel":
      return [];
  }
}

function waitFaults(
  state: Extract<State, { Type: "Wait" }>,
  language: QueryLanguage,
  at: string,
): Diagnostic[] {
  const { Timestamp: timestamp } = state;
  const given = [state.Seconds, state.SecondsPath, timestamp, state.TimestampPath];
  const faults: Diagnostic[] = [];
  if (given.filter((field) => field !== undefined).length !== 1) {
    const text = "Exactly one of these fields is required: [Seconds, SecondsPath, Timestamp, TimestampPath]";
    faults.push(schemaFault(text, at));
  }
  const expression = language === "JSONata" && timestamp?.startsWith("{%") === true;
  if (timestamp !== undefined && !expression && !isTimestamp(timestamp))
    faults.push(schemaFault("String does not match RFC3339 timestamp", `${at}/Timestamp`));
  return faults;
}

function mapFaults(state: Extract<State, { Type: "Map" }>, at: string): Diagnostic[] {
  const { ItemProcessor: processor, Iterator: iterator, ItemSelector: selector, Parameters: older } = state;
  const onlyOne = (fields: string) => schemaFault(`Only one of these fields is allowed: [${fields}]`, at);
  const faults: Diagnostic[] = [];
  if (processor === undefined && iterator === undefined)
    faults.push(schemaFault("These fields are required: [ItemProcessor]", at));
  if (processor !== undefined && iterator !== undefined) faults.push(onlyOne("ItemProcessor, Iterator"));
  if (selector !== undefined && older !== undefined) faults.push(onlyOne("ItemSelector, Parameters"));
  const { Mode: mode, ExecutionType: type } = processor?.ProcessorConfig ?? {};
  if (mode === "DISTRIBUTED" && type === undefined) {
    const place = `${at}/ItemProcessor/ProcessorConfig`;
    faults.push(schemaFault("These fields are required: [ExecutionType]", place));
  }
  return faults;
}

function taskFaults(
  state: Extract<State, { Type: "Task" }>,
  language: QueryLanguage,
  at: string,
): Diagnostic[] {
  const { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = state;
  const faults = serviceFaults(state, language, at);
  if (typeof timeout === "number" && typeof heartbeat === "number" && heartbeat >= timeout)
    faults.push(schemaFault("HeartbeatSeconds must be smaller than TimeoutSeconds", at));
  return faults;
}
