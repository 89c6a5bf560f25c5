import type { z } from "zod";
import { AwsError } from "../engine/aws-error.ts";

/** Members whose values AWS's model marks as sensitive: its messages do not repeat them. */
const sensitive = new Set(["input", "output", "error", "cause", "definition", "taskToken"]);

/**
 * Reads an operation's parameters. Unknown members are ignored. A value of the wrong JSON type is a SerializationException,
 * values outside the model are one ValidationException that lists them all, in AWS's words.
 */
export function parseParams<Shape extends z.ZodType>(shape: Shape, body: unknown): z.infer<Shape> {
  const outcome = shape.safeParse(body, { reportInput: true });
  if (outcome.success) return outcome.data;
  const { issues } = outcome.error;
  const misfit = issues.find(
    (issue) => issue.code === "invalid_type" && issue.input !== undefined && issue.input !== null,
  );
  if (misfit !== undefined) throw serializationFault(misfit);
  const plural = issues.length === 1 ? "error" : "errors";
  const text = `${issues.length} validation ${plural} detected: ${issues.map(describe).join("; ")}`;
  throw new AwsError("ValidationException", text);
}

function serializationFault(issue: z.core.$ZodIssue): AwsError {
  const value = issue.input;
  const found = Array.isArray(value)
    ? "START_ARRAY"
    : typeof value === "object"
      ? "START_OBJECT"
      : `${typeof value}_VALUE`.toUpperCase();
  const wanted = issue.code === "invalid_type" ? issue.expected : "value";
  return new AwsError(
    "SerializationException",
    `${found} can not be converted to a ${wanted} at '${place(issue.path)}'`,
  );
}

/** AWS counts list members from 1: `tags.1.member.key`. */
function place(path: readonly PropertyKey[]): string {
  return path.map((part) => (typeof part === "number" ? `${part + 1}.member` : String(part))).join(".");
}

function describe(issue: z.core.$ZodIssue): string {
  const value = issue.input === undefined || issue.input === null ? "Value null" : `Value${shown(issue)}`;
  return `${value} at '${place(issue.path)}' failed to satisfy constraint: ${constraint(issue)}`;
}

function shown(issue: z.core.$ZodIssue): string {
  if (sensitive.has(String(issue.path[0]))) return "";
  const value = issue.input;
  if (Array.isArray(value)) return ` '[${value.map((item) => shownItem(item, issue.path[0])).join(", ")}]'`;
  return ` '${typeof value === "string" ? value : JSON.stringify(value)}'`;
}

/** The model's names of structures that stand in lists: messages show them as Java prints them. */
const structures = new Map<PropertyKey | undefined, string>([
  ["routingConfiguration", "RoutingConfigurationListItem"],
  ["tags", "Tag"],
]);

function shownItem(item: unknown, list: PropertyKey | undefined): string {
  if (typeof item !== "object" || item === null) return String(item);
  const members = Object.entries(item).map(([name, value]) => `${name}=${String(value)}`);
  return `${structures.get(list) ?? ""}(${members.join(", ")})`;
}

function constraint(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "too_big":
      return `Member must have ${measure(issue.origin)} less than or equal to ${issue.maximum}`;
    case "too_small":
      return `Member must have ${measure(issue.origin)} greater than or equal to ${issue.minimum}`;
    case "invalid_value":
      return `Member must satisfy enum value set: [${issue.values.map(String).join(", ")}]`;
    case "invalid_type":
      return "Member must not be null";
    default:
      return issue.message;
  }
}

function measure(origin: string): string {
  return origin === "string" || origin === "array" ? "length" : "value";
}
