/** The forms of policies as fields on a page. What of a JSON Schema has no field of its own is filled in as JSON. */

import { valueFault } from "./value-fault.ts";

export interface FormField {
  name: string;
  label: string;
  description: string | null;
  required: boolean;
  kind: FieldKind;
  /** What is filled in at the beginning. */
  initial: string;
  /** All that the policies say of it. */
  schemas: readonly Schema[];
}

export type FieldKind =
  | { as: "text"; long: boolean }
  | { as: "date" }
  | { as: "number"; whole: boolean }
  | { as: "boolean" }
  | { as: "choice"; choices: readonly unknown[] }
  | { as: "json" };

/** All texts, as fields hold them; `true` and the empty text for what is ticked or not. */
export type FormTexts = Readonly<Record<string, string>>;

type Schema = Readonly<Record<string, unknown>>;

/** Null: a schema asks for more than named fields, so the whole form is filled in as JSON. */
export function fieldsOf(schemas: readonly unknown[]): FormField[] | null {
  const fields = new Map<string, FormField>();
  for (const schema of schemas) {
    if (!isSchema(schema) || beyondFields.some((keyword) => keyword in schema)) return null;
    const { properties, required } = schema;
    if (!isSchema(properties)) return null;
    const needed = Array.isArray(required) ? required : [];
    for (const [name, property] of Object.entries(properties)) {
      const other = fields.get(name);
      fields.set(name, {
        ...(other ?? fieldOf(name, property)),
        required: needed.includes(name) || other?.required === true,
        schemas: [...(other?.schemas ?? []), ...(isSchema(property) ? [property] : [])],
      });
    }
    if (needed.some((name) => !fields.has(String(name)))) return null;
  }
  return [...fields.values()];
}

const beyondFields = ["$ref", "allOf", "anyOf", "oneOf", "not", "if", "patternProperties"];

function fieldOf(name: string, property: unknown): FormField {
  const schema = isSchema(property) ? property : {};
  return {
    name,
    label: textOf(schema["title"]) ?? name,
    description: textOf(schema["description"]),
    required: false,
    kind: kindOf(schema),
    initial: initialOf(schema),
    schemas: [],
  };
}

function kindOf(schema: Schema): FieldKind {
  const { type, format, maxLength } = schema;
  const choices = schema["enum"];
  if (beyondFields.some((keyword) => keyword in schema)) return { as: "json" };
  if (Array.isArray(choices)) return { as: "choice", choices };
  switch (type) {
    case "string":
      if (format === "date") return { as: "date" };
      return { as: "text", long: typeof maxLength === "number" && maxLength > 200 };
    case "number":
    case "integer":
      return { as: "number", whole: type === "integer" };
    case "boolean":
      return { as: "boolean" };
    default:
      return { as: "json" };
  }
}

function initialOf(schema: Schema): string {
  const value = schema["default"];
  if (value === undefined) return "";
  const { as } = kindOf(schema);
  if (as === "choice" || as === "json") return JSON.stringify(value);
  if (as === "boolean") return value === true ? "true" : "";
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** What is sent, or what is wrong with it, by the name of the field. An empty field that is not required is left out. */
export function formOf(
  fields: readonly FormField[],
  texts: FormTexts,
): { form: Record<string, unknown>; faults: Record<string, string> } {
  const form: Record<string, unknown> = {};
  const faults: Record<string, string> = {};
  for (const field of fields) {
    const { name, required, kind } = field;
    const text = texts[name] ?? field.initial;
    if (kind.as === "boolean") form[name] = text === "true";
    else if (text.trim() === "") {
      if (required) faults[name] = kind.as === "choice" ? "Choose one" : "Fill this in";
    } else {
      const { value, fault } = valueOf(kind, text);
      const found = fault ?? firstFault(field.schemas, value);
      if (found === null) form[name] = value;
      else faults[name] = found;
    }
  }
  return { form, faults };
}

function firstFault(schemas: readonly Schema[], value: unknown): string | null {
  for (const schema of schemas) {
    const fault = valueFault(schema, value);
    if (fault !== null) return fault;
  }
  return null;
}

function valueOf(kind: FieldKind, text: string): { value: unknown; fault: string | null } {
  switch (kind.as) {
    case "number": {
      const value = Number(text.trim());
      if (!Number.isFinite(value)) return { value: null, fault: "Is not a number" };
      if (kind.whole && !Number.isInteger(value)) return { value: null, fault: "Is not a whole number" };
      return { value, fault: null };
    }
    case "choice":
    case "json":
      return parseJson(text);
    default:
      return { value: text, fault: null };
  }
}

export function parseJson(text: string): { value: unknown; fault: string | null } {
  try {
    return { value: JSON.parse(text) as unknown, fault: null };
  } catch {
    return { value: null, fault: "Is not valid JSON" };
  }
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value : null;
}
