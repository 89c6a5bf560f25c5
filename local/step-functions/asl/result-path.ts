import { isJsonObject, memberOf, type Json } from "./json.ts";
import { deepest } from "./json-depth.ts";
import { JsonPathSyntaxError, parseJsonPath, type JsonPath } from "./json-path.ts";
import { runtimeFault, RuntimeFault } from "./state-fault.ts";

/**
 * Puts a state's result into its raw input at a reference path: absent or `$` replaces all of it, null keeps the input.
 * Missing objects on the way are made. Throws States.ResultPathMatchFailure where the input has something else in the way, States.Runtime
 * for what is no path into it.
 */
export function putResult(path: string | null | undefined, input: Json, result: Json): Json {
  if (path === undefined || path === "$") return result;
  if (path === null) return input;
  return put(segmentsOf(path), input, result, () => {
    const text = `Unable to apply ReferencePath ${path} to input ${JSON.stringify(input)}`;
    return new RuntimeFault("States.ResultPathMatchFailure", text);
  });
}

/** Whether a path names one place in a state's input: no wildcards, no context object, no variable. */
export function isReferencePath(path: string): boolean {
  try {
    return parseJsonPath(path).segments.every(
      (segment) =>
        (segment.kind === "names" && segment.names.length === 1) ||
        (segment.kind === "indexes" && segment.indexes.length === 1),
    );
  } catch (error) {
    if (error instanceof JsonPathSyntaxError) return false;
    throw error;
  }
}

function segmentsOf(path: string): JsonPath["segments"] {
  try {
    const { segments } = parseJsonPath(path);
    if (segments.length <= deepest) return segments;
  } catch (error) {
    if (!(error instanceof JsonPathSyntaxError)) throw error;
  }
  throw runtimeFault(`Invalid path '${path}' : Path is not valid`);
}

function put(
  segments: JsonPath["segments"],
  into: Json | undefined,
  result: Json,
  mismatch: () => Error,
): Json {
  const [segment, ...rest] = segments;
  if (segment === undefined) return result;
  if (segment.kind === "names") {
    const [name] = segment.names;
    if (name === undefined || (into !== undefined && !isJsonObject(into))) throw mismatch();
    const before = into ?? {};
    return { ...before, [name]: put(rest, memberOf(before, name), result, mismatch) };
  }
  const index = segment.kind === "indexes" ? segment.indexes[0] : undefined;
  if (index === undefined || !Array.isArray(into) || index < 0 || index >= into.length) throw mismatch();
  return into.with(index, put(rest, into[index], result, mismatch));
}
