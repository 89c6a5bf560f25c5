import { contextObject } from "./context-object.ts";
import type { MapItem } from "./execution.ts";
import { isTooDeep, tooDeep } from "./json-depth.ts";
import { isJsonObject, jsonBytes, payloadLimit, type Json, type JsonObject } from "./json.ts";
import { evaluateTemplate } from "./jsonata/evaluate.ts";
import { fillTemplate } from "./payload-template.ts";
import { filterBy, valueAt, type Scope } from "./scope.ts";
import { EvaluationFault, runtimeFault, RuntimeFault } from "./state-fault.ts";
import { threadsDownTo } from "./threads.ts";
import type { Here } from "./turn.ts";

/**
 * How data goes through a state: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html. Behaviours ask
 * here for values and need not know which of the two query languages their state is written in.
 */

/** What a state's expressions see besides its raw input: JSONPath calls it `$`, JSONata `$states.<name>`. */
export interface Seen {
  readonly input?: Json;
  readonly result?: Json;
  readonly errorOutput?: Json;
  readonly item?: MapItem;
}

export function isJsonata({ definition }: Here): boolean {
  return definition.QueryLanguage === "JSONata";
}

/** The variables that a thread can see: its own, and those of the threads around it. */
export function variablesAt({ turn, path }: Here): JsonObject {
  const threads = threadsDownTo(turn.state.root, path);
  const outermost = Math.max(
    0,
    threads.findLastIndex(({ detached }) => detached === true),
  );
  const own = threads
    .slice(outermost)
    .flatMap(({ variables }) => (variables === undefined ? [] : [variables]));
  return own.length <= 1 ? (own[0] ?? {}) : (Object.assign({}, ...own) as JsonObject);
}

/** What JSONPath expressions see when `$` is the given value. */
export function scopeOf(here: Here, input: Json, item?: MapItem): Scope {
  let context: JsonObject | undefined;
  return {
    input,
    get context() {
      return (context ??= contextObject(here, item));
    },
    variables: variablesAt(here),
    random: here.turn.random,
  };
}

/**
 * Fills a template in the state's language. Throws EvaluationFault, or States.Runtime for a path that leads nowhere and for a value that
 * is nested too deeply.
 */
export function evaluate(here: Here, field: string, template: Json, seen: Seen): Json {
  const value = filled(here, field, template, seen);
  if (isTooDeep(value)) throw runtimeFault(tooDeep);
  return value;
}

function filled(here: Here, field: string, template: Json, seen: Seen): Json {
  const { input = here.visit.input, item, ...more } = seen;
  if (!isJsonata(here)) {
    const root = seen.errorOutput ?? seen.result ?? input;
    return fillTemplate(template, scopeOf(here, root, item));
  }
  const states = { input: here.visit.input, context: contextObject(here, item), ...more };
  const bindings = { ...variablesAt(here), states };
  return evaluateTemplate(template, field, { bindings, at: here.turn.at, random: here.turn.random });
}

/** The raw input, filtered by InputPath. */
export function effectiveInput(here: Here): Json {
  const { definition, visit } = here;
  const path = "InputPath" in definition ? definition.InputPath : undefined;
  return path === undefined ? visit.input : filterBy(path, scopeOf(here, visit.input));
}

/** What a Task or Parallel state works on: its Parameters or Arguments, else its effective input. */
export function argumentsOf(here: Here, input: Json): Json {
  const { definition } = here;
  if (isJsonata(here)) {
    const template = "Arguments" in definition ? definition.Arguments : undefined;
    return template === undefined ? input : evaluate(here, "Arguments", template, {});
  }
  const template = "Parameters" in definition ? definition.Parameters : undefined;
  return template === undefined ? input : evaluate(here, "Parameters", template, { input });
}

/** What is handed to a task. Throws States.DataLimitExceeded for more than the quota. */
export function taskInputOf(here: Here, input: Json): Json {
  const value = argumentsOf(here, input);
  if (value !== here.visit.input && jsonBytes(value) > payloadLimit)
    throw tooLarge(`The state/task '${here.visit.state}' was given an input`);
  return value;
}

function tooLarge(what: string): RuntimeFault {
  const text = `${what} with a size exceeding the maximum number of bytes service limit.`;
  return new RuntimeFault("States.DataLimitExceeded", text);
}

/** What Assign comes to. Throws States.DataLimitExceeded if a variable, or all of them together, are above the quota. */
export function assigned(
  here: Here,
  template: JsonObject | undefined,
  seen: Seen,
  field = "Assign",
): JsonObject | undefined {
  if (template === undefined) return undefined;
  const values = evaluate(here, field, template, seen);
  if (!isJsonObject(values)) return undefined;
  const bytes = Object.values(values).reduce<number>((sum, each) => sum + jsonBytes(each), 0);
  if (bytes > payloadLimit) throw tooLarge(`The state/task '${here.visit.state}' assigned variables`);
  return values;
}

/** A number that a state gives as it is, as an expression, or at a path. */
export interface NumberField {
  readonly name: string;
  readonly value: number | string | undefined;
  readonly path?: string | undefined;
  readonly accepts: (value: number) => boolean;
  /** What JSONata's complaint calls the type. */
  readonly type?: string;
  /** What is wrong with the value at the path. */
  readonly atPath: (path: string, value: Json) => string;
}

/** Throws EvaluationFault or States.Runtime for what is no such number. */
export function numberOf(here: Here, input: Json, field: NumberField): number | undefined {
  const { name, value, path, accepts, type = "integer", atPath } = field;
  if (typeof value === "string") {
    const number = evaluate(here, name, value, {});
    if (typeof number === "number" && accepts(number)) return number;
    throw unexpected(name, value, type, number);
  }
  if (value !== undefined || path === undefined) return value;
  const found = valueAt(path, scopeOf(here, input));
  if (typeof found === "number" && accepts(found)) return found;
  throw runtimeFault(atPath(path, found));
}

/** The complaint about an expression whose value is not of the type that its field needs. */
export function unexpected(field: string, template: string, type: string, value: Json): EvaluationFault {
  const expression = template.replace(/^\{%\s*|\s*%\}$/gu, "");
  const found = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  return new EvaluationFault(
    `The JSONata expression '${expression}' specified for the field '${field}' returned an unexpected result type. ` +
      `Expected '${type}', but was '${found}' for value: ${JSON.stringify(value)}`,
    field,
  );
}
