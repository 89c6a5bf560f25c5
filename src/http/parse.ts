import type { z } from "zod";
import { invalid } from "./problem.ts";

/** Parses what came from outside; every fault goes into one `invalid` problem, each with where it is. */
export function parse<Shape extends z.ZodType>(
  shape: Shape,
  value: unknown,
  where: "body" | "query" | "payload",
): z.output<Shape> {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(parsed.error.issues.flatMap((issue) => fieldErrors(issue, where)));
}

function fieldErrors(issue: z.core.$ZodIssue, where: string) {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      field: name(where, [...issue.path, key]),
      message: "is not a known field",
    }));
  }
  return [{ field: name(where, issue.path), message: issue.message }];
}

/** Fields of a body go by their own name; those of a query say so. */
function name(where: string, path: readonly PropertyKey[]): string {
  return (where === "query" ? ["query", ...path] : path).map(String).join(".");
}
