import type { z } from "zod";
import { schemaFault, type Diagnostic } from "./diagnostic.ts";

/** What a definition's shape lacks, in AWS's words. */
export function shapeFaults(error: z.ZodError): Diagnostic[] {
  const missing = new Map<string, string[]>();
  const faults: Diagnostic[] = [];
  for (const issue of error.issues) {
    if (lacksField(issue)) {
      const at = pointer(issue.path.slice(0, -1));
      missing.set(at, [...(missing.get(at) ?? []), String(issue.path.at(-1))]);
    } else if (issue.code === "unrecognized_keys") {
      const at = pointer(issue.path);
      faults.push(...issue.keys.map((key) => schemaFault(`Field '${key}' is not supported`, at)));
    } else {
      faults.push(schemaFault(describeIssue(issue), pointer(issue.path)));
    }
  }
  const required = [...missing].map(([location, names]): Diagnostic => {
    // AWS names States before StartAt when both are missing.
    const fields = names.sort((a, b) => b.localeCompare(a)).join(", ");
    return schemaFault(`These fields are required: [${fields}]`, location);
  });
  return [...required, ...faults];
}

function lacksField({ code, input, path }: z.core.$ZodIssue): boolean {
  if (code === "invalid_type") return input === undefined;
  return code === "invalid_union" && path.at(-1) === "Type" && typeOf(input) === undefined;
}

/** AWS writes indexes into lists as `Choices[0]`. */
function pointer(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === "number" ? `[${part}]` : `/${String(part)}`))
    .join("")
    .replace(/^$/u, "/");
}

function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code !== "invalid_union") return issue.message;
  const { input } = issue;
  if (issue.path.at(-1) !== "Type" && typeof input !== "object") {
    const inner = issue.errors.flat()[0]?.message;
    return inner ?? issue.message;
  }
  return `Value is not a valid state type: ${JSON.stringify(typeOf(input))}`;
}

/** A state's type, out of the state or as it is. */
function typeOf(input: unknown): unknown {
  return typeof input === "object" && input !== null ? (input as { Type?: unknown }).Type : input;
}
