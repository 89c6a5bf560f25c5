import { createHash } from "node:crypto";
import { isTooDeep, tooDeep } from "../json-depth.ts";
import { firstOfJavaRandom } from "./java-random.ts";
import type { Compiled, Surroundings } from "./library.ts";
import { boundedJson, mostValues, TooManyValues } from "./plain-json.ts";

/** Thrown in the form of the library's own errors, which have a code. */
function refused(message: string): Error {
  return Object.assign(new Error(message), { code: "States.QueryEvaluationError" });
}

const hashes: Readonly<Record<string, string>> = {
  MD5: "md5",
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};

/**
 * Adds what Step Functions has beyond JSONata, and takes `$eval` away;
 * https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html.
 */
export function addFunctions(compiled: Compiled, surroundings: () => Surroundings): void {
  compiled.registerFunction("partition", partition, "<an:a>");
  compiled.registerFunction("range", range, "<nnn:a>");
  compiled.registerFunction("pad", pad, "<s-ns?:s>");
  compiled.registerFunction("hash", hash, "<xs:s>");
  compiled.registerFunction("random", (seed?: number) => random(seed, surroundings()), "<n?:n>");
  compiled.registerFunction("uuid", () => uuid(surroundings().random), "<:s>");
  compiled.registerFunction("parse", parse, "<s:x>");
  compiled.assign("eval", undefined);
}

function partition(list: readonly unknown[], size: number): unknown[] {
  const step = Math.trunc(size);
  if (step < 1) throw refused("The second argument of $partition must be a positive integer");
  return Array.from({ length: Math.ceil(list.length / step) }, (_, index) =>
    list.slice(index * step, (index + 1) * step),
  );
}

/** A sequence, as `[1..3]` is: one item alone stands for itself. */
function range(first: number, last: number, step: number): unknown[] {
  if (step === 0) throw refused("The third argument of $range must not be 0");
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  if (length > mostValues) throw new TooManyValues();
  const items = Array.from({ length }, (_, index) => first + index * step);
  return Object.assign(items, { sequence: true });
}

/** The library's own, bounded: one number must not fill the memory. */
function pad(text: string | undefined, width: number, filling = " "): string | undefined {
  if (text === undefined) return undefined;
  if (Math.abs(width) > mostValues) throw new TooManyValues();
  const missing = Math.trunc(Math.abs(width)) - Array.from(text).length;
  if (missing <= 0) return text;
  const letters = Array.from(filling === "" ? " " : filling);
  const added = Array.from({ length: missing }, (_, index) => letters[index % letters.length] ?? "").join("");
  return width > 0 ? text + added : added + text;
}

function hash(data: unknown, algorithm: string): string {
  const name = hashes[algorithm];
  if (name === undefined) throw refused(`The algorithm ${algorithm} is not supported by $hash`);
  const text = typeof data === "string" ? data : boundedJson.stringify(data);
  return createHash(name).update(text).digest("hex");
}

function random(seed: number | undefined, { random: next }: Surroundings): number {
  return seed === undefined ? next() : firstOfJavaRandom(Math.trunc(seed));
}

/** A random UUID (version 4). */
export function uuid(draw: () => number): string {
  const digit = () => Math.floor(draw() * 16).toString(16);
  const variant = () => (8 + Math.floor(draw() * 4)).toString(16);
  return "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".replace(/[xy]/gu, (place) =>
    place === "x" ? digit() : variant(),
  );
}

function parse(text: string): unknown {
  const value = parsed(text);
  if (isTooDeep(value)) throw refused(tooDeep);
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refused("The argument of $parse is not valid JSON");
  }
}
