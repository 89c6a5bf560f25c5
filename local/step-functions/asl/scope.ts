import { memberOf, type Json, type JsonObject } from "./json.ts";
import { JsonPathSyntaxError, lookUp, parseJsonPath, type Found } from "./json-path.ts";
import { runtimeFault } from "./state-fault.ts";

/** What an expression can see. */
export interface Scope {
  /** `$` */
  readonly input: Json;
  /** `$$` */
  readonly context: Json;
  /** `$name` */
  readonly variables: JsonObject;
  /** The next pseudo-random number in [0, 1); drawn from the event's seed, so that a replay draws the same. */
  readonly random: () => number;
}

const variable = /^\$([\p{ID_Start}_][\p{ID_Continue}]*)/u;

/** The name of the variable that a path begins with. */
export function variableOf(path: string): string | undefined {
  return variable.exec(path)?.[1];
}

/** Looks up `$…` in the input, `$$…` in the context object or `$name…` in a variable. */
export function lookUpPath(text: string, scope: Scope): Found {
  try {
    if (text.startsWith("$$")) return lookUp(parseJsonPath(text.slice(1)), scope.context);
    const name = variableOf(text);
    if (name === undefined) return lookUp(parseJsonPath(text), scope.input);
    const value = memberOf(scope.variables, name);
    if (value === undefined) return { found: false, reason: `The variable '${name}' is not defined` };
    return lookUp(parseJsonPath(`$${text.slice(1 + name.length)}`), value);
  } catch (error) {
    if (error instanceof JsonPathSyntaxError) return { found: false, reason: "Path is not valid" };
    throw error;
  }
}

/** The value at a path, as fields named `…Path` have it. Throws States.Runtime when there is none. */
export function valueAt(path: string, scope: Scope): Json {
  const outcome = lookUpPath(path, scope);
  if (outcome.found) return outcome.value;
  throw runtimeFault(`Invalid path '${path}' : ${outcome.reason}`);
}

/** InputPath and OutputPath: absent means all of it, null means nothing, which is `{}`. */
export function filterBy(path: string | null | undefined, scope: Scope): Json {
  if (path === undefined || path === "$") return scope.input;
  return path === null ? {} : valueAt(path, scope);
}

/** Whether a text can be parsed as a path, into whichever of the three it leads. */
export function isPath(text: string): boolean {
  const name = variableOf(text);
  const path = text.startsWith("$$")
    ? text.slice(1)
    : name === undefined
      ? text
      : `$${text.slice(1 + name.length)}`;
  try {
    parseJsonPath(path);
    return true;
  } catch (error) {
    if (error instanceof JsonPathSyntaxError) return false;
    throw error;
  }
}
