import { z } from "zod";

/**
 * The JSON Schema (2020-12) of a form, keyword by keyword, so that a mistyped one is named with its line. It points nowhere but into
 * itself: nothing is fetched to check a form.
 */

/** Nobody fills in a form that takes more than this to describe. */
export const formSchemaMaxCharacters = 16_384;

const pattern = z.string().max(500).refine(isRegularExpression, { error: "is not a regular expression" });
const count = z.number().int().min(0);
const primitive = z.enum(["string", "number", "integer", "boolean", "null", "array", "object"]);
const subschema: z.ZodType = z.lazy(() => z.union([z.boolean(), keywordsShape]));
const subschemas = z.array(subschema).min(1);
const named = z.record(z.string(), subschema);
const pointer = z.string().regex(/^#/, { error: "may only point into the same form (#/$defs/…)" });

const keywordsShape = z.strictObject({
  $schema: z.string().optional(),
  $comment: z.string().optional(),
  $defs: named.optional(),
  $ref: pointer.optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  examples: z.array(z.unknown()).optional(),
  readOnly: z.boolean().optional(),
  deprecated: z.boolean().optional(),
  type: primitive.or(z.array(primitive).min(1)).optional(),
  enum: z.array(z.unknown()).min(1).optional(),
  const: z.unknown().optional(),
  properties: named.optional(),
  required: z.array(z.string()).optional(),
  additionalProperties: subschema.optional(),
  patternProperties: z.record(pattern, subschema).optional(),
  propertyNames: subschema.optional(),
  minProperties: count.optional(),
  maxProperties: count.optional(),
  dependentRequired: z.record(z.string(), z.array(z.string())).optional(),
  items: subschema.optional(),
  prefixItems: subschemas.optional(),
  contains: subschema.optional(),
  minItems: count.optional(),
  maxItems: count.optional(),
  uniqueItems: z.boolean().optional(),
  minLength: count.optional(),
  maxLength: count.optional(),
  pattern: pattern.optional(),
  format: z
    .enum(["date", "time", "date-time", "email", "uri", "uuid", "hostname", "ipv4", "ipv6"])
    .optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  exclusiveMaximum: z.number().optional(),
  multipleOf: z.number().gt(0).optional(),
  allOf: subschemas.optional(),
  anyOf: subschemas.optional(),
  oneOf: subschemas.optional(),
  not: subschema.optional(),
  if: subschema.optional(),
  then: subschema.optional(),
  else: subschema.optional(),
});

export const formSchemaShape = keywordsShape
  .refine(({ type }) => type === "object", {
    path: ["type"],
    error: "must be object: a form has named fields",
  })
  .refine((schema) => JSON.stringify(schema).length <= formSchemaMaxCharacters, {
    error: `is longer than ${formSchemaMaxCharacters} characters as JSON`,
  })
  .superRefine(({ properties = {}, required = [], additionalProperties }, context) => {
    for (const [index, name] of required.entries())
      if (additionalProperties === false && !Object.hasOwn(properties, name))
        context.addIssue({
          code: "custom",
          path: ["required", index],
          message: `asks for ${name}, which the form does not have: nobody could fill it in`,
        });
  });

function isRegularExpression(text: string): boolean {
  try {
    new RegExp(text, "u");
    return true;
  } catch {
    return false;
  }
}
