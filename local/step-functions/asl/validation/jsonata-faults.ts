import { isJsonObject, type Json } from "../json.ts";
import { expressionIn, syntaxOf } from "../jsonata/evaluate.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { unsupportedReferences, type StatesField } from "./unsupported-references.ts";

/** What is wrong with the expressions in a field; `missing` are the fields that `$states` lacks where it stands. */
export function jsonataFaults(value: Json, missing: readonly StatesField[], at: string): Diagnostic[] {
  if (typeof value === "string") return textFaults(value, missing, at);
  if (Array.isArray(value))
    return value.flatMap((item, index) => jsonataFaults(item, missing, `${at}[${index}]`));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => jsonataFaults(member, missing, `${at}/${name}`));
}

function textFaults(text: string, missing: readonly StatesField[], location: string): Diagnostic[] {
  const expression = expressionIn(text);
  if (expression === undefined) {
    if (!isHalfEnclosed(text)) return [];
    const message = "A JSONata expression must begin with '{%' and end with '%}', with nothing around it";
    return [{ code: "INVALID_JSONATA_EXPRESSION", message, location }];
  }
  const syntax = syntaxOf(expression);
  if ("fault" in syntax) return [{ code: "INVALID_JSONATA_EXPRESSION", message: syntax.fault, location }];
  return unsupportedReferences(syntax.tree, missing).map((message) => ({
    code: "UNSUPPORTED_JSONATA_EXPRESSION",
    message,
    location,
  }));
}

/** Whether a text was meant as an expression: one end is there, or both within spaces. */
function isHalfEnclosed(text: string): boolean {
  const trimmed = text.trim();
  return trimmed.startsWith("{%") || trimmed.endsWith("%}");
}
