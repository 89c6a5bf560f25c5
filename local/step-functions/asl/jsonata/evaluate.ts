import { isJsonObject, type Json } from "../json.ts";
import { EvaluationFault } from "../state-fault.ts";
import { drain } from "./drained-promise.ts";
import { describeError, messageOf } from "./evaluation-error.ts";
import { addFunctions } from "./functions.ts";
import { jsonataLibrary, type Compiled, type Surroundings, type SyntaxNode } from "./library.ts";
import { isFunction, NotJson, plainJson, TooManyValues } from "./plain-json.ts";

/** What expressions can see. */
export interface Environment extends Surroundings {
  /** `$states` and the variables. */
  readonly bindings: Readonly<Record<string, Json>>;
}

/**
 * Steps of an evaluation before it is taken for one that never ends: what takes AWS a second, its limit, has less. Counted rather than
 * timed, so that a slow machine and a replay come to the same.
 */
const longestEvaluation = 1_000_000;

const compiled = new Map<string, Compiled>();
/** Expressions come from definitions, of which there are few; the bound guards against a caller that invents them. */
const compiledLimit = 5_000;

let current: Surroundings = { at: 0, random: () => 0 };

/** What is between `{%` and `%}`, or undefined for a text that is none. */
export function expressionIn(text: string): string | undefined {
  return /^\{%([^]*)%\}$/u.exec(text)?.[1]?.trim();
}

/** An expression as it is parsed; or what is wrong with its syntax, in the words of the parser. */
export function syntaxOf(expression: string): { readonly tree: SyntaxNode } | { readonly fault: string } {
  try {
    return { tree: compile(expression).ast() };
  } catch (error) {
    return { fault: messageOf(error) };
  }
}

/** Evaluates all expressions in a value. `field` names its place in the state, e.g. `Output`. Throws EvaluationFault. */
export function evaluateTemplate(template: Json, field: string, environment: Environment): Json {
  if (typeof template === "string") {
    const expression = expressionIn(template);
    return expression === undefined ? template : evaluateExpression(expression, field, environment);
  }
  if (Array.isArray(template)) {
    return template.map((item, index) => evaluateTemplate(item, `${field}[${index}]`, environment));
  }
  if (!isJsonObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, value]): [string, Json] => [
      name,
      evaluateTemplate(value, `${field}/${name}`, environment),
    ]),
  );
}

/** Evaluates one expression. Throws EvaluationFault, for one that comes to nothing too. */
function evaluateExpression(expression: string, field: string, environment: Environment): Json {
  const head = `The JSONata expression '${expression}' specified for the field '${field}'`;
  let result: unknown;
  try {
    result = run(compile(expression), environment);
  } catch (error) {
    throw failed(head, error, field);
  }
  if (result === undefined) throw new EvaluationFault(`${head} returned nothing (undefined).`, field);
  if (isFunction(result)) {
    throw new EvaluationFault(
      `${head} returned an unexpected result type. Expected JSON, but was 'function'`,
      field,
    );
  }
  try {
    return plainJson(result);
  } catch (error) {
    if (error instanceof TooManyValues) throw failed(head, error, field);
    if (!(error instanceof NotJson)) throw error;
    throw new EvaluationFault(`${head} returned what is no JSON. ${error.message}`, field);
  }
}

function failed(head: string, error: unknown, field: string): EvaluationFault {
  return new EvaluationFault(`${head} threw an error during evaluation${describeError(error)}`, field);
}

function run(expression: Compiled, environment: Environment): unknown {
  return jsonataLibrary().within(environment, () => {
    current = environment;
    const promise = expression.evaluate(undefined, environment.bindings);
    drain(longestEvaluation);
    return promise.outcome();
  });
}

function compile(expression: string): Compiled {
  const known = compiled.get(expression);
  if (known !== undefined) return known;
  const fresh = jsonataLibrary().compile(expression);
  addFunctions(fresh, () => current);
  if (compiled.size >= compiledLimit) compiled.clear();
  compiled.set(expression, fresh);
  return fresh;
}
