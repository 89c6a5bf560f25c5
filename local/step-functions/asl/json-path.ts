import { parseFilter, passes, type Filter } from "./json-path-filter.ts";
import {
  applyPathFunction,
  parseArguments,
  PathFunctionFault,
  type PathArgument,
  type PathCall,
} from "./json-path-functions.ts";
import { bracketedText, quotedText, unescaped } from "./json-path-texts.ts";
import { isJsonObject, memberOf, type Json, type JsonObject } from "./json.ts";

/** One step of a JSONPath. */
type Segment =
  | { readonly kind: "names"; readonly names: readonly string[] }
  | { readonly kind: "indexes"; readonly indexes: readonly number[] }
  | { readonly kind: "slice"; readonly from?: number; readonly to?: number; readonly step: number }
  | { readonly kind: "all" }
  | { readonly kind: "filter"; readonly filter: Filter }
  | { readonly kind: "descendants" }
  | { readonly kind: "function"; readonly call: PathCall };

/** A parsed path. `definite` paths name one place; the others select a list, which may be empty. */
export interface JsonPath {
  readonly text: string;
  readonly segments: readonly Segment[];
  readonly definite: boolean;
}

/** The outcome of looking a path up: the value, or the normalised path at which nothing was found. */
export type Found =
  | { readonly found: true; readonly value: Json }
  /** `isBeyondEnd`: the path ends with an index of a list that is shorter. */
  | { readonly found: false; readonly reason: string; readonly isBeyondEnd?: true };

/** Thrown for a text that is no JSONPath. */
export class JsonPathSyntaxError extends Error {}

const name = /^[^\s.[\]'"(),*$@?:]+/u;
const bracket = /^\[\s*(?:(\*)|(-?\d+(?:\s*,\s*-?\d+)*)|(-?\d*)\s*:\s*(-?\d*)(?:\s*:\s*(-?\d+))?)\s*\]/u;
const quoted = /^\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*(,|\])/u;

const parsed = new Map<string, JsonPath>();
/** Paths come from definitions, of which there are few; the bound guards against a caller that invents paths. */
const parsedLimit = 5_000;

/** Parses `$.a['b'][0][*][1:3]..c.length()`. Throws {@link JsonPathSyntaxError}. */
export function parseJsonPath(text: string): JsonPath {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  if (!text.startsWith("$")) throw new JsonPathSyntaxError(`Invalid path '${text}'`);
  const segments: Segment[] = [];
  for (let rest = text.slice(1); rest !== "";) rest = parseSegment(rest, segments, text);
  const definite = scanningCall(segments) !== undefined || segments.every(isDefinite);
  const path = { text, segments, definite };
  if (parsed.size >= parsedLimit) parsed.clear();
  parsed.set(text, path);
  return path;
}

function isDefinite(segment: Segment, at: number, segments: readonly Segment[]): boolean {
  // Several names at the end make one object.
  if (segment.kind === "names") return segment.names.length === 1 || at === segments.length - 1;
  return segment.kind === "function" || (segment.kind === "indexes" && segment.indexes.length === 1);
}

/** `$..a.sum()` is `$.sum($..a)`: the call of such a path. */
function scanningCall(segments: readonly Segment[]): PathCall | undefined {
  const last = segments.at(-1);
  return segments[0]?.kind === "descendants" && last?.kind === "function" ? last.call : undefined;
}

function parseSegment(rest: string, into: Segment[], whole: string): string {
  if (rest.startsWith("..")) {
    into.push({ kind: "descendants" });
    return rest[2] === "[" ? rest.slice(2) : parseDotted(rest.slice(1), into, whole);
  }
  return rest.startsWith(".") ? parseDotted(rest, into, whole) : parseBracket(rest, into, whole);
}

function parseDotted(rest: string, into: Segment[], whole: string): string {
  if (rest[1] === "*") {
    into.push({ kind: "all" });
    return rest.slice(2);
  }
  const match = name.exec(rest.slice(1));
  if (match === null) throw new JsonPathSyntaxError(`Invalid path '${whole}'`);
  const left = rest.slice(1 + match[0].length);
  if (!left.startsWith("(")) {
    into.push({ kind: "names", names: [match[0]] });
    return left;
  }
  const found = parseArguments(left);
  if (found === undefined) throw new JsonPathSyntaxError(`Invalid path '${whole}'`);
  for (const each of found.arguments) if ("path" in each) parseJsonPath(each.path);
  into.push({ kind: "function", call: { name: match[0], arguments: found.arguments } });
  return left.slice(found.length);
}

function parseBracket(rest: string, into: Segment[], whole: string): string {
  if (/^\[\s*\?/u.test(rest)) return parseFilterIn(rest, into, whole);
  const match = bracket.exec(rest);
  if (match === null) return parseQuotedNames(rest, into, whole);
  const [text, star, list, from, to, step] = match;
  if (star !== undefined) into.push({ kind: "all" });
  else if (list !== undefined) into.push({ kind: "indexes", indexes: list.split(",").map(Number) });
  else into.push({ kind: "slice", ...bound("from", from), ...bound("to", to), step: Number(step ?? 1) || 1 });
  return rest.slice(text.length);
}

const filterIn = new RegExp(
  String.raw`^\[\s*\?\s*\(((?:${quotedText}|=~\s*/(?:[^/\\]|\\.)+/|${bracketedText}|(?!=~\s*/|\[)[^\]'"])*)\)\s*\]`,
  "u",
);

/** `[?(…)]`: its end is the first bracket that is neither inside another nor inside quotes. */
function parseFilterIn(rest: string, into: Segment[], whole: string): string {
  const match = filterIn.exec(rest);
  const filter = match === null ? undefined : parseFilter(match[1] ?? "");
  if (match === null || filter === undefined) throw new JsonPathSyntaxError(`Invalid path '${whole}'`);
  into.push({ kind: "filter", filter });
  return rest.slice(match[0].length);
}

function bound<Name extends "from" | "to">(as: Name, text: string | undefined): { [K in Name]?: number } {
  return text === undefined || text === "" ? {} : ({ [as]: Number(text) } as { [K in Name]?: number });
}

function parseQuotedNames(rest: string, into: Segment[], whole: string): string {
  const names: string[] = [];
  let left = rest.startsWith("[") ? rest.slice(1) : "";
  for (;;) {
    const match = quoted.exec(left);
    if (match === null) throw new JsonPathSyntaxError(`Invalid path '${whole}'`);
    names.push(unescaped(match[1] ?? match[2] ?? ""));
    left = left.slice(match[0].length);
    if (match[3] === "]") break;
  }
  into.push({ kind: "names", names });
  return left;
}

/**
 * Looks a path up in a value. A definite path gives the value itself or says where it stopped; any other gives the list of
 * what it matched, an empty one included, as AWS does.
 */
export function lookUp(path: JsonPath, root: Json): Found {
  try {
    const call = scanningCall(path.segments);
    return call === undefined ? walk(path, root) : scan(call, path.segments.slice(0, -1), root);
  } catch (error) {
    if (error instanceof PathFunctionFault) return { found: false, reason: error.message };
    throw error;
  }
}

function walk(path: JsonPath, root: Json): Found {
  let nodes: Json[] = [root];
  for (const [depth, segment] of path.segments.entries()) {
    const isLast = depth === path.segments.length - 1;
    const next = nodes.flatMap((node) => select(segment, node, root, isLast));
    if (path.definite && next.length === 0) {
      const isBeyondEnd = isLast && segment.kind === "indexes" && Array.isArray(nodes[0]);
      return { found: false, reason: missing(path, depth), ...(isBeyondEnd ? { isBeyondEnd } : {}) };
    }
    nodes = next;
  }
  return { found: true, value: path.definite ? (nodes[0] ?? null) : nodes };
}

function scan({ name: of }: PathCall, segments: readonly Segment[], root: Json): Found {
  const nodes = segments.reduce<Json[]>(
    (found, segment) => found.flatMap((node) => select(segment, node, root)),
    [root],
  );
  const given = of === "length" || of === "size" ? nodes.flatMap(childrenOf) : nodes;
  return { found: true, value: applyPathFunction(of, root, [given]) };
}

function missing(path: JsonPath, depth: number): string {
  const upTo = normalise(path.segments.slice(0, depth + 1));
  return depth === path.segments.length - 1
    ? `No results for path: ${upTo}`
    : `Missing property in path ${upTo}`;
}

function normalise(segments: readonly Segment[]): string {
  const parts = segments.map((segment) => {
    if (segment.kind === "names") return `[${segment.names.map((each) => `'${each}'`).join(",")}]`;
    return segment.kind === "indexes" ? `[${segment.indexes.join(",")}]` : "[*]";
  });
  return `$${parts.join("")}`;
}

function select(segment: Segment, node: Json, root: Json, isLast = false): Json[] {
  switch (segment.kind) {
    case "names":
      return isJsonObject(node) ? named(segment.names, node, isLast) : [];
    case "indexes":
      return Array.isArray(node) ? segment.indexes.flatMap((index) => wrap(node.at(index))) : [];
    case "slice":
      return Array.isArray(node) ? slice(segment, node) : [];
    case "all":
      return childrenOf(node);
    case "filter":
      return childrenOf(node).filter((item) => passes(segment.filter, (path) => valueIn(path, item, root)));
    case "descendants":
      return descendants(node);
    case "function":
      return [applyPathFunction(segment.call.name, node, valuesOf(segment.call.arguments, root))];
  }
}

/** Several names at the end of a path make one object of what is there. */
function named(names: readonly string[], node: JsonObject, isLast: boolean): Json[] {
  const [only] = names;
  if (only !== undefined && names.length === 1) return wrap(memberOf(node, only));
  const there = names.filter((each) => Object.hasOwn(node, each));
  if (!isLast) return there.flatMap((each) => wrap(memberOf(node, each)));
  return [Object.fromEntries(there.map((each) => [each, memberOf(node, each) ?? null]))];
}

/** A path that leads nowhere gives no value. */
function valuesOf(given: readonly PathArgument[], root: Json): Json[] {
  return given.flatMap((each) => {
    if ("literal" in each) return [each.literal];
    const outcome = lookUp(parseJsonPath(each.path), root);
    return outcome.found ? [outcome.value] : [];
  });
}

/** `flatMap` would unpack an array that is itself the value: every value is wrapped once. */
function wrap(value: Json | undefined): Json[] {
  return value === undefined ? [] : [value];
}

function slice(segment: Extract<Segment, { kind: "slice" }>, list: readonly Json[]): Json[] {
  const { step } = segment;
  const length = list.length;
  const place = (index: number) => (index < 0 ? Math.max(0, length + index) : Math.min(index, length));
  const chosen: Json[] = [];
  // AWS's JSONPath has no negative steps; they select nothing.
  for (let index = place(segment.from ?? 0); step > 0 && index < place(segment.to ?? length); index += step) {
    chosen.push(...wrap(list[index]));
  }
  return chosen;
}

function childrenOf(node: Json): Json[] {
  return Array.isArray(node) ? node : isJsonObject(node) ? Object.values(node) : [];
}

/** A node and all below it, from the outside in and first to last. */
function descendants(node: Json): Json[] {
  const found: Json[] = [];
  const left = [node];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    found.push(next);
    for (const child of childrenOf(next).toReversed()) left.push(child);
  }
  return found;
}

/** The value at a path inside a filter: `@` is the item, `$` the whole. */
function valueIn(path: string, item: Json, root: Json): Json | undefined {
  const outcome = lookUp(parseJsonPath(`$${path.slice(1)}`), path.startsWith("@") ? item : root);
  return outcome.found ? outcome.value : undefined;
}
