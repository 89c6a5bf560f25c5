import { patternFault } from "./pattern-fault.ts";

/** What is wrong with a value by the keywords of a JSON Schema that can be told at a glance; the server checks all of them. */
export function valueFault(schema: Readonly<Record<string, unknown>>, value: unknown): string | null {
  const known = choiceFault(schema, value);
  if (known !== null) return known;
  if (typeof value === "string") return textFault(schema, value);
  return typeof value === "number" ? numberFault(schema, value) : null;
}

function choiceFault(schema: Readonly<Record<string, unknown>>, value: unknown): string | null {
  const choices = "const" in schema ? [schema["const"]] : schema["enum"];
  // The order of an object's members means nothing: the server compares those.
  if (!Array.isArray(choices) || (typeof value === "object" && value !== null)) return null;
  if (choices.includes(value)) return null;
  return choices.length === 1 ? `Has to be ${JSON.stringify(choices[0])}` : "Is none of what may be chosen";
}

function textFault(schema: Readonly<Record<string, unknown>>, text: string): string | null {
  const { minLength, maxLength, pattern } = schema;
  const characters = [...text].length;
  if (typeof minLength === "number" && characters < minLength)
    return `Is shorter than ${inWords(minLength, "character")}`;
  if (typeof maxLength === "number" && characters > maxLength)
    return `Is longer than ${inWords(maxLength, "character")}`;
  return typeof pattern === "string" ? patternFault(pattern, text) : null;
}

function numberFault(schema: Readonly<Record<string, unknown>>, value: number): string | null {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (typeof minimum === "number" && value < minimum) return `Is less than ${minimum}`;
  if (typeof maximum === "number" && value > maximum) return `Is more than ${maximum}`;
  if (typeof exclusiveMinimum === "number" && value <= exclusiveMinimum)
    return `Has to be more than ${exclusiveMinimum}`;
  if (typeof exclusiveMaximum === "number" && value >= exclusiveMaximum)
    return `Has to be less than ${exclusiveMaximum}`;
  if (typeof multipleOf === "number" && !Number.isInteger(value / multipleOf))
    return `Is not a multiple of ${multipleOf}`;
  return null;
}

function inWords(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
