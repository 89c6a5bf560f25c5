import type { Json } from "./json.ts";
import { JsonPathSyntaxError, lookUp, parseJsonPath, type Found } from "./json-path.ts";
import { runtimeFault } from "./state-fault.ts";

/** What an expression can see. */
export interface Scope {
  /** `$` */
  readonly input: Json;
  /** `$$` */
  readonly context: Json;
  /** The next pseudo-random number in [0, 1); drawn from the event's seed, so that a replay draws the same. */
  readonly random: () => number;
}

/** Looks up `$…` in the input or `$$…` in the context object. */
export function lookUpPath(text: string, scope: Scope): Found {
  const inContext = text.startsWith("$$");
  try {
    return lookUp(parseJsonPath(inContext ? text.slice(1) : text), inContext ? scope.context : scope.input);
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
