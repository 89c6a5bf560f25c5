import type { QueryLanguage, State } from "../definition.ts";
import { isJsonObject, type Json } from "../json.ts";
import { expressionIn, syntaxFault } from "../jsonata/evaluate.ts";
import { isReferencePath } from "../result-path.ts";
import { isPath } from "../scope.ts";
import { schemaFault, type Diagnostic } from "./diagnostic.ts";
import { isIntrinsicCall } from "./intrinsic-faults.ts";

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
/** What a state consists of. */
const parts = new Set(["Catch", "Choices"]);
const templates = new Set(["Parameters", "ResultSelector", "ItemSelector", "Assign"]);

/** Expressions that cannot be parsed: better told when the machine is made than when it runs. */
export function expressionFaults(state: State, language: QueryLanguage, at: string): Diagnostic[] {
  const fields = Object.entries(state as unknown as Record<string, Json>).filter(
    ([name, value]) => value !== undefined && !notLookedAt.has(name),
  );
  return fields.flatMap(([name, value]) =>
    language === "JSONata"
      ? jsonataFaults(value, `${at}/${name}`)
      : parts.has(name) && Array.isArray(value)
        ? value.flatMap((part, index) => jsonPathFaults(part, `${at}/${name}[${index}]`))
        : fieldFaults(name, value, `${at}/${name}`),
  );
}

/** Of a catcher or a rule. */
function jsonPathFaults(part: Json, at: string): Diagnostic[] {
  if (!isJsonObject(part)) return [];
  return Object.entries(part).flatMap(([name, value]) => fieldFaults(name, value, `${at}/${name}`));
}

function fieldFaults(name: string, value: Json, at: string): Diagnostic[] {
  return templates.has(name) ? templateFaults(value, at) : pathFaults(name, value, at);
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
      typeof member === "string" && (member.startsWith("$") ? isPath(member) : isIntrinsicCall(member));
    const text = `The value for the field '${name}' must be a valid JSONPath or a valid intrinsic function call`;
    return valid ? [] : [schemaFault(text, at)];
  });
}

function pathFaults(name: string, value: Json, at: string): Diagnostic[] {
  if (typeof value !== "string") return [];
  if (name === "ResultPath")
    return isReferencePath(value) ? [] : [schemaFault("Value is not a Reference Path", at)];
  // Their values may be made by functions.
  if (name === "ErrorPath" || name === "CausePath") {
    const text = "Value is not a valid JSONPath or a valid intrinsic function call";
    const valid = value.startsWith("$") ? isPath(value) : isIntrinsicCall(value);
    return valid ? [] : [schemaFault(text, at)];
  }
  const faulty = (name.endsWith("Path") || name === "Variable") && value.startsWith("$") && !isPath(value);
  return faulty ? [schemaFault("Value is not a valid JSONPath", at)] : [];
}
