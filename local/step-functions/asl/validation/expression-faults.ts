import type { QueryLanguage, State } from "../definition.ts";
import { isJsonObject, type Json } from "../json.ts";
import { isReferencePath } from "../result-path.ts";
import { isPath } from "../scope.ts";
import { schemaFault, type Diagnostic } from "./diagnostic.ts";
import { isIntrinsicCall } from "./intrinsic-faults.ts";
import { jsonataFaults } from "./jsonata-faults.ts";
import type { StatesField } from "./unsupported-references.ts";

/** Fields that hold other states, or that are taken as they are. */
const notLookedAt = new Set([
  "Branches",
  "ItemProcessor",
  "Iterator",
  "Result",
  "Comment",
  "Type",
  "Resource",
  "Label",
  "Retry",
  "ErrorEquals",
  "Next",
  "Default",
]);
/** What a state consists of. */
const parts = new Set(["Catch", "Choices"]);
/** Fields that are evaluated when it is known what has become of the state. */
const afterwards = new Set(["Assign", "Output", "ResultWriter"]);
const templates = new Set(["Parameters", "ResultSelector", "ItemSelector", "Assign"]);

/** Expressions that cannot be parsed, or that refer to what is never there: told when the machine is made, not when it runs. */
export function expressionFaults(state: State, language: QueryLanguage, at: string): Diagnostic[] {
  const fields = Object.entries(state as unknown as Record<string, Json>).filter(
    ([name, value]) => value !== undefined && !notLookedAt.has(name),
  );
  return fields.flatMap(([name, value]) => {
    const place = `${at}/${name}`;
    if (parts.has(name) && Array.isArray(value))
      return value.flatMap((part, index) => partFaults(part, name, language, `${place}[${index}]`));
    if (language === "JSONata") return jsonataFaults(value, missingIn(state, name), place);
    return fieldFaults(name, value, place);
  });
}

/** Of a catcher or a rule. */
function partFaults(part: Json, of: string, language: QueryLanguage, at: string): Diagnostic[] {
  if (!isJsonObject(part)) return [];
  const fields = Object.entries(part).filter(([name]) => !notLookedAt.has(name));
  return fields.flatMap(([name, value]) => {
    const place = `${at}/${name}`;
    if (language === "JSONPath") return fieldFaults(name, value, place);
    const missing: StatesField[] =
      of === "Catch" && afterwards.has(name) ? ["result"] : ["result", "errorOutput"];
    return jsonataFaults(value, missing, place);
  });
}

/** Only what is done outside has a result: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html. */
function missingIn({ Type: type }: State, field: string): StatesField[] {
  const worked = type === "Task" || type === "Parallel" || type === "Map";
  return worked && afterwards.has(field) ? ["errorOutput"] : ["result", "errorOutput"];
}

function fieldFaults(name: string, value: Json, at: string): Diagnostic[] {
  return templates.has(name) ? templateFaults(value, at) : pathFaults(name, value, at);
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
