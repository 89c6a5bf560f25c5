import { useState } from "react";
import type { ApprovalDetail } from "../../src/contract/approval.ts";
import type { FieldError } from "../../src/contract/problem.ts";
import { type FieldFaults, placeFaults } from "../lib/field-faults.ts";
import { fieldsOf, formOf, parseJson, type FormTexts } from "../lib/form-fields.ts";

export interface PolicyForm {
  /** Null: the whole form is one text of JSON, under the name of the empty text. */
  fields: ReturnType<typeof fieldsOf>;
  texts: FormTexts;
  faults: FieldFaults;
  /** Of its fields, as requests name them. */
  names: readonly string[];
  set(name: string, text: string): void;
  /** What is to be sent; null: something is wrong, and stands at its field from now on. */
  read(): Record<string, unknown> | null;
}

/** How a request names the form. */
const whole = "form";

/** The form of an approval's policies, as it is being filled in; null: they have none. `errors` are those of the server. */
export function usePolicyForm(
  { policy }: Pick<ApprovalDetail, "policy">,
  errors: readonly FieldError[],
): PolicyForm | null {
  const [texts, setTexts] = useState<FormTexts>({});
  const [faults, setFaults] = useState<FieldFaults>({});
  if (policy.forms.length === 0) return null;
  const fields = fieldsOf(policy.forms.map(({ schema }) => schema));
  const names = fields === null ? [whole] : fields.map(({ name }) => `${whole}.${name}`);
  const told = Object.entries(placeFaults(errors, names).faults);
  return {
    fields,
    texts,
    names,
    faults: {
      ...Object.fromEntries(told.map(([name, fault]) => [name.slice(whole.length + 1), fault])),
      ...faults,
    },
    set(name, text) {
      setTexts((before) => ({ ...before, [name]: text }));
      setFaults(({ [name]: _gone, ...others }) => others);
    },
    read() {
      const { form, faults: found } = fields === null ? wholeOf(texts[""] ?? "") : formOf(fields, texts);
      setFaults(found);
      return Object.keys(found).length === 0 ? form : null;
    },
  };
}

function wholeOf(text: string): { form: Record<string, unknown>; faults: Record<string, string> } {
  const { value, fault } = parseJson(text.trim() === "" ? "{}" : text);
  if (fault !== null) return { form: {}, faults: { "": fault } };
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { form: {}, faults: { "": "Is not a JSON object" } };
  return { form: value as Record<string, unknown>, faults: {} };
}
