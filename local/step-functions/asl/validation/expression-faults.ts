import type { QueryLanguage, State } from "../definition.ts";
import { parseIntrinsic } from "../intrinsic-parser.ts";
import { isJsonObject, type Json } from "../json.ts";
import { expressionIn, syntaxFault } from "../jsonata/evaluate.ts";
import { isPath } from "../scope.ts";
import { schemaFault, type Diagnostic } from "./diagnostic.ts";

/** Fields that hold other states, or that are taken as they are. */
const notLookedAt = new Set([
  "Branches",
  "ItemProcessor",
  "Iterator",
  "Result",
  "Comment",
  "Type",
  "Resource",
]);
const templates = new Set(["Parameters", "ResultSelector", "ItemSelector", "Assign"]);

/** Expressions that cannot be parsed: better told when the machine is made than when it runs. */
export function expressionFaults(state: State, language: QueryLanguage, at: string): Diagnostic[] {
  const fields = Object.entries(state as unknown as Record<string, Json>).filter(
    ([name, value]) => value !== undefined && !notLookedAt.has(name),
  );
  return fields.flatMap(([name, value]) =>
    language === "JSONata"
      ? jsonataFaults(value, `${at}/${name}`)
      : templates.has(name)
        ? templateFaults(value, `${at}/${name}`)
        : pathFaults(name, value, `${at}/${name}`),
  );
}

function jsonataFaults(value: Json, at: string): Diagnostic[] {
  if (typeof value === "string") {
    const expression = expressionIn(value);
    const message = expression === undefined ? undefined : syntaxFault(expression);
    return message === undefined ? [] : [{ code: "INVALID_JSONATA_EXPRESSION", message, location: at }];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => jsonataFaults(item, `${at}[${index}]`));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => jsonataFaults(member, `${at}/${name}`));
}

function templateFaults(value: Json, at: string): Diagnostic[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => templateFaults(item, `${at}[${index}]`));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    if (!name.endsWith(".$")) return templateFaults(member, `${at}/${name}`);
    const valid =
      typeof member === "string" &&
      (member.startsWith("$") ? isPath(member) : parseIntrinsic(member) !== undefined);
    const text = `The value for the field '${name}' must be a valid JSONPath or a valid intrinsic function call`;
    return valid ? [] : [schemaFault(text, at)];
  });
}

/** ErrorPath and CausePath take functions too, so what does not begin like a path is left to run time. */
function pathFaults(name: string, value: Json, at: string): Diagnostic[] {
  const faulty =
    name.endsWith("Path") && typeof value === "string" && value.startsWith("$") && !isPath(value);
  return faulty ? [schemaFault("Value is not a valid JSONPath", at)] : [];
}
