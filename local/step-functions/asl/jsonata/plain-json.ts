import { deepest, tooDeep } from "../json-depth.ts";
import type { Json } from "../json.ts";

/** What an expression has come to cannot be written as JSON; the message says why. */
export class NotJson extends Error {}

/** It has so many parts that it would not fit into memory. */
export class TooManyValues extends NotJson {
  constructor() {
    super(`The value has more than ${mostValues} parts`);
  }
}

/** A result may hold the same value in many places: written out, it would be larger than any memory. */
export const mostValues = 1_000_000;

/** The value as JSON, without the members by which the library marks its own arrays. Throws {@link NotJson}. */
export function plainJson(value: unknown): Json {
  let left = mostValues;
  const copy = (each: unknown, levels: number): Json | undefined => {
    left -= 1;
    if (left < 0) throw new TooManyValues();
    if (isFunction(each)) throw new NotJson("The value contains a function");
    if (typeof each === "number") return Number.isFinite(each) ? each + 0 : null;
    if (typeof each !== "object" || each === null) return each as Json | undefined;
    if (levels === 0) throw new NotJson(tooDeep);
    if (Array.isArray(each)) return Array.from(each, (item) => copy(item, levels - 1) ?? null);
    const members = Object.entries(each).flatMap(([name, member]): [string, Json][] => {
      const copied = copy(member, levels - 1);
      return copied === undefined ? [] : [[name, copied]];
    });
    return Object.fromEntries(members);
  };
  return copy(value, deepest) ?? null;
}

/** `JSON` as the library gets it: what it writes is bounded as well. */
export const boundedJson: Pick<typeof JSON, "parse" | "stringify"> = {
  parse: JSON.parse,
  stringify(value: unknown, replacer?: never, space?: string | number) {
    checkWritable(value);
    return JSON.stringify(value, replacer, space);
  },
};

/** The library writes functions as empty texts, whatever hangs on them. */
function checkWritable(value: unknown): void {
  let left = mostValues;
  const check = (each: unknown, levels: number): void => {
    left -= 1;
    if (left < 0) throw new TooManyValues();
    if (typeof each !== "object" || each === null || isFunction(each)) return;
    if (levels === 0) throw new NotJson(tooDeep);
    for (const member of Object.values(each)) check(member, levels - 1);
  };
  check(value, deepest);
}

/** A function of the language, of the library or of ours. */
export function isFunction(value: unknown): boolean {
  if (typeof value === "function") return true;
  return (
    typeof value === "object" &&
    value !== null &&
    ("_jsonata_lambda" in value || "_jsonata_function" in value)
  );
}
