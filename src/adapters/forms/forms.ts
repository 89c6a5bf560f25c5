import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import formatsOf from "ajv-formats";
import type { Forms } from "../../application/ports/forms.ts";
import type { VoteFault } from "../../domain/vote.ts";
import { linearRegExps } from "./linear-reg-exps.ts";

/** The package is CommonJS whose types say otherwise. */
const addFormats = formatsOf as unknown as (ajv: Ajv2020, options: object) => void;

type Validate = (value: unknown) => ErrorObject[];

/** Task inputs may bring forms of their own, so there is no end of them. */
const keptMax = 200;
const faultsMax = 20;
const formats = ["date", "time", "date-time", "email", "uri", "uuid", "hostname", "ipv4", "ipv6"];

export function createForms(): Forms {
  const kept = new Map<string, Validate>();
  const validatorOf = (schema: string): Validate => {
    const known = kept.get(schema);
    if (known !== undefined) return known;
    const validate = compile(schema);
    if (kept.size >= keptMax) kept.delete(kept.keys().next().value ?? "");
    kept.set(schema, validate);
    return validate;
  };
  return {
    schemaFault(schema) {
      try {
        validatorOf(schema);
        return null;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
    faults(schema, filledIn) {
      const validate = validatorOf(schema);
      try {
        return validate(JSON.parse(filledIn)).slice(0, faultsMax).map(faultOf);
      } catch (error) {
        return [{ field: "form", message: error instanceof Error ? error.message : "cannot be checked" }];
      }
    },
  };
}

/** One instance for each schema: a `$defs` of one is no business of another. */
function compile(schema: string): Validate {
  const { regExp, renew } = linearRegExps();
  const ajv = new Ajv2020({
    strictTypes: false,
    strictRequired: false,
    // One fault is enough for a machine, but a person wants to see all of them at once.
    allErrors: true,
    validateFormats: true,
    code: { regExp },
  });
  addFormats(ajv, { mode: "fast", formats });
  const { $schema: _draft, ...rest } = JSON.parse(schema) as Record<string, unknown>;
  const validate = ajv.compile(rest);
  return (value) => {
    renew();
    return validate(value) ? [] : (validate.errors ?? []);
  };
}

/** `form.window.from`, as the fields of a request are named. */
function faultOf({ instancePath, keyword, message, params }: ErrorObject): VoteFault {
  const path = instancePath.split("/").slice(1).map(unescapePointer);
  const missing: unknown =
    keyword === "required" ? (params as Record<string, unknown>)["missingProperty"] : null;
  if (typeof missing === "string")
    return { field: ["form", ...path, missing].join("."), message: "is missing" };
  const extra: unknown =
    keyword === "additionalProperties" ? (params as Record<string, unknown>)["additionalProperty"] : null;
  if (typeof extra === "string")
    return { field: ["form", ...path, extra].join("."), message: "is no field of the form" };
  return { field: ["form", ...path].join("."), message: message ?? "is not right" };
}

function unescapePointer(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}
