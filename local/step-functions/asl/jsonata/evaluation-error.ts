import { TooManyJobs } from "./drained-promise.ts";
import { TooManyValues } from "./plain-json.ts";

/** What is said of an evaluation that went beyond its bounds; https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html. */
const limits = {
  time: "Expression evaluation timeout",
  memory: "Expression evaluation memory limit exceeded: Check for excessive memory usage",
  stack: "Stack overflow error: Check for non-terminating recursive function.",
} as const;

/** The library's own codes for the same. */
const limitOfCode: Readonly<Record<string, keyof typeof limits>> = {
  D1011: "stack",
  D2014: "memory",
  D2015: "memory",
};

/** What follows "threw an error during evaluation": a limit after a colon, anything else as a sentence of its own, with its code. */
export function describeError(error: unknown): string {
  const limit = limitOf(error);
  if (limit !== undefined) return `: ${limits[limit]}`;
  const code = codeOf(error);
  return `. ${code === undefined ? "" : `${code}: `}${messageOf(error)}`;
}

/** The text of an error, without its code. */
export function messageOf(error: unknown): string {
  const limit = limitOf(error);
  if (limit !== undefined) return limits[limit];
  return isRecord(error) && typeof error.message === "string" ? error.message : String(error);
}

function limitOf(error: unknown): keyof typeof limits | undefined {
  if (error instanceof TooManyJobs) return "time";
  if (error instanceof TooManyValues) return "memory";
  // Where the stack overflows depends on who called: that it has is all that may be told.
  if (error instanceof RangeError) {
    if (error.message.startsWith("Maximum call stack")) return "stack";
    return /^Invalid (?:string length|array length|count value)/u.test(error.message) ? "memory" : undefined;
  }
  const code = codeOf(error);
  return code === undefined ? undefined : limitOfCode[code];
}

function codeOf(error: unknown): string | undefined {
  return isRecord(error) && typeof error.code === "string" ? error.code : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
