import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { isTooDeep } from "./json-depth.ts";
import { isJsonObject, type Json } from "./json.ts";
import { uuid } from "./jsonata/functions.ts";
import { seededRandom } from "./seeded-random.ts";

/** The next random number in [0, 1). */
export type Draw = () => number;
/** Answers undefined for arguments that it cannot take. */
type Intrinsic = (args: readonly Json[], draw: Draw) => Json | undefined;

/** Characters that a function with a text for argument takes; of ArrayRange, items: both from AWS's page on intrinsic functions. */
const longestText = 10_000;
const longestRange = 1_000;

const hashes = new Map([
  ["MD5", "md5"],
  ["SHA-1", "sha1"],
  ["SHA-256", "sha256"],
  ["SHA-384", "sha384"],
  ["SHA-512", "sha512"],
]);

/** The functions of https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html but States.Format. */
export const intrinsicFunctions: ReadonlyMap<string, Intrinsic> = new Map<string, Intrinsic>([
  ["States.Array", (args) => [...args]],
  [
    "States.ArrayPartition",
    ([list, size]) => (Array.isArray(list) ? partition(list, whole(size)) : undefined),
  ],
  [
    "States.ArrayContains",
    ([list, item]) => (Array.isArray(list) ? list.some((each) => isDeepStrictEqual(each, item)) : undefined),
  ],
  ["States.ArrayRange", ([first, last, step]) => range(whole(first), whole(last), whole(step))],
  ["States.ArrayGetItem", ([list, index]) => (Array.isArray(list) ? list[whole(index) ?? -1] : undefined)],
  ["States.ArrayLength", ([list]) => (Array.isArray(list) ? list.length : undefined)],
  ["States.ArrayUnique", ([list]) => (Array.isArray(list) ? unique(list) : undefined)],
  ["States.Base64Encode", ([text]) => onText(text, (each) => Buffer.from(each).toString("base64"))],
  ["States.Base64Decode", ([text]) => onText(text, decodeBase64)],
  ["States.Hash", ([data, algorithm]) => hash(data, algorithm)],
  ["States.JsonMerge", ([left, right, deep]) => merge(left, right, deep)],
  ["States.StringToJson", ([text]) => (typeof text === "string" ? parse(text) : undefined)],
  ["States.JsonToString", ([value]) => (value === undefined ? undefined : JSON.stringify(value))],
  ["States.MathAdd", ([left, right]) => add(whole(left), whole(right))],
  ["States.MathRandom", ([first, end, seed], draw) => random(whole(first), whole(end), whole(seed), draw)],
  ["States.StringSplit", ([text, splitter]) => split(text, splitter)],
  ["States.UUID", (args, draw) => (args.length === 0 ? uuid(draw) : undefined)],
]);

/** AWS rounds fractions, halves upwards. */
function whole(value: Json | undefined): number | undefined {
  return typeof value === "number" ? Math.round(value) : undefined;
}

function onText(value: Json | undefined, act: (text: string) => string | undefined): string | undefined {
  return typeof value === "string" && value.length <= longestText ? act(value) : undefined;
}

/** As Java decodes it: nothing is skipped, and the padding is whole or left out. */
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/u;

function decodeBase64(text: string): string | undefined {
  return base64.test(text) ? Buffer.from(text, "base64").toString() : undefined;
}

function partition(list: readonly Json[], size: number | undefined): Json[] | undefined {
  if (size === undefined || size < 1) return undefined;
  const parts: Json[] = [];
  for (let at = 0; at < list.length; at += size) parts.push(list.slice(at, at + size));
  return parts;
}

function range(
  first: number | undefined,
  last: number | undefined,
  step: number | undefined,
): Json[] | undefined {
  if (first === undefined || last === undefined || step === undefined || step === 0) return undefined;
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  return length > longestRange ? undefined : Array.from({ length }, (_, index) => first + index * step);
}

function unique(list: readonly Json[]): Json[] {
  return list.filter((item, index) => list.findIndex((each) => isDeepStrictEqual(each, item)) === index);
}

function hash(data: Json | undefined, algorithm: Json | undefined): string | undefined {
  const name = typeof algorithm === "string" ? hashes.get(algorithm) : undefined;
  if (name === undefined || data === undefined) return undefined;
  return onText(typeof data === "string" ? data : JSON.stringify(data), (text) =>
    createHash(name).update(text).digest("hex"),
  );
}

/** AWS offers the shallow mode alone; the right object wins. */
function merge(left: Json | undefined, right: Json | undefined, deep: Json | undefined): Json | undefined {
  return isJsonObject(left) && isJsonObject(right) && deep === false ? { ...left, ...right } : undefined;
}

function parse(text: string): Json | undefined {
  if (text.trim() === "") return null;
  try {
    const value = JSON.parse(text) as Json;
    return isTooDeep(value) ? undefined : value;
  } catch {
    return undefined;
  }
}

function add(left: number | undefined, right: number | undefined): number | undefined {
  // Adding 0 turns the -0 of a rounded -0.4 into 0.
  return left === undefined || right === undefined ? undefined : left + right + 0;
}

/** From `first` on, below `end`. The same seed gives the same number. */
function random(
  first: number | undefined,
  end: number | undefined,
  seed: number | undefined,
  draw: Draw,
): number | undefined {
  if (first === undefined || end === undefined) return undefined;
  const next = seed === undefined ? draw : seededRandom(seed);
  return first + Math.floor(next() * (end - first));
}

/** Every character of the splitter splits; empty pieces are dropped. */
function split(text: Json | undefined, splitter: Json | undefined): Json[] | undefined {
  if (typeof text !== "string" || typeof splitter !== "string") return undefined;
  const separators = new Set(splitter);
  const pieces = [""];
  for (const character of text) {
    if (separators.has(character)) pieces.push("");
    else pieces.push((pieces.pop() ?? "") + character);
  }
  return pieces.filter((piece) => piece !== "");
}
