import { bracketedText, quotedText, unescaped } from "./json-path-texts.ts";
import { isJsonObject, type Json } from "./json.ts";

/** A function of a path, `.sum()` or `.concat('-', $.name)`. An argument is a value, or the text of a path into the whole input. */
export interface PathCall {
  readonly name: string;
  readonly arguments: readonly PathArgument[];
}

export type PathArgument = { readonly literal: string | number } | { readonly path: string };

/** What Jayway's JsonPath, which AWS uses, says of a function that it cannot apply. */
export class PathFunctionFault extends Error {}

/** How many arguments are read; more make no path. */
const mostArguments = 100;

const argument = new RegExp(
  String.raw`^\s*(?:(-?\d+(?:\.\d+)?)|(${quotedText})|(\$(?:${bracketedText}|\(\)|[^\s,()[\]])*))\s*`,
  "u",
);

/** Reads `(…)` at the beginning of `rest`; undefined: these are no arguments. */
export function parseArguments(
  rest: string,
): { readonly arguments: readonly PathArgument[]; readonly length: number } | undefined {
  const empty = /^\(\s*\)/u.exec(rest);
  if (empty !== null) return { arguments: [], length: empty[0].length };
  const found: PathArgument[] = [];
  let at = 1;
  while (found.length < mostArguments) {
    const match = argument.exec(rest.slice(at));
    if (match === null) return undefined;
    const [text, number, quoted = "", path] = match;
    if (path !== undefined) found.push({ path });
    else if (number !== undefined) found.push({ literal: Number(number) });
    else found.push({ literal: unescaped(quoted.slice(1, -1)) });
    at += text.length + 1;
    const end = rest[at - 1];
    if (end === ")") return { arguments: found, length: at };
    if (end !== ",") return undefined;
  }
  return undefined;
}

/** The outcome of a function where a path stands at `node`; `given` are the values of its arguments. Throws {@link PathFunctionFault}. */
export function applyPathFunction(name: string, node: Json, given: readonly Json[]): Json {
  const work = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (work === undefined) throw new PathFunctionFault(`Function with name: ${name} does not exist.`);
  return work(node, given);
}

type PathFunction = (node: Json, given: readonly Json[]) => Json;

const functions: Readonly<Record<string, PathFunction>> = {
  min: overNumbers((numbers) => numbers.reduce((least, each) => Math.min(least, each))),
  max: overNumbers((numbers) => numbers.reduce((most, each) => Math.max(most, each))),
  sum: overNumbers(sumOf),
  avg: overNumbers((numbers) => sumOf(numbers) / numbers.length),
  stddev: overNumbers((numbers) => {
    const mean = sumOf(numbers) / numbers.length;
    return Math.sqrt(sumOf(numbers.map((each) => each * each)) / numbers.length - mean * mean);
  }),
  length,
  size: length,
  keys: (node) => (isJsonObject(node) ? Object.keys(node) : null),
  concat: (node, given) => [...listOf(node), ...given.flatMap(listOrOne)].filter(isText).join(""),
  append: (node, given) => (Array.isArray(node) ? [...node, ...given] : node),
  first: (node) => itemAt(node, 0),
  last: (node) => itemAt(node, -1),
  index: (node, [at]) => itemAt(node, typeof at === "number" ? Math.trunc(at) : 0),
};

function overNumbers(aggregate: (numbers: readonly number[]) => number): PathFunction {
  return (node, given) => {
    const numbers = [...listOf(node), ...given.flatMap(listOrOne)].filter((each) => typeof each === "number");
    if (numbers.length > 0) return aggregate(numbers);
    throw new PathFunctionFault("Aggregation function attempted to calculate value using empty array");
  };
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}

/** How many children the argument has, without one the place where the path stands. */
function length(node: Json, [of = node]: readonly Json[]): Json {
  if (Array.isArray(of)) return of.length;
  return isJsonObject(of) ? Object.keys(of).length : null;
}

function itemAt(node: Json, index: number): Json {
  if (!Array.isArray(node))
    throw new PathFunctionFault("Aggregation function attempted to calculate value using empty array");
  const item = node.at(index);
  if (item !== undefined) return item;
  throw new PathFunctionFault(`Target index:${index} larger than object count:${node.length}`);
}

function listOf(node: Json): readonly Json[] {
  return Array.isArray(node) ? node : [];
}

function listOrOne(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [value];
}

function isText(value: Json): value is string {
  return typeof value === "string";
}
