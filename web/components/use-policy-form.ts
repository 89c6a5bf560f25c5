import { useState } from "react";
import type { ApprovalDetail } from "../../src/contract/approval.ts";
import type { FieldError } from "../../src/contract/problem.ts";
import { fieldsOf, formOf, parseJson, type FormTexts } from "../lib/form-fields.ts";

export interface PolicyForm {
  /** Null: the whole form is one text of JSON, under the name of the empty text. */
  fields: ReturnType<typeof fieldsOf>;
  texts: FormTexts;
  faults: Readonly<Record<string, string>>;
  set(name: string, text: string): void;
  /** What is to be sent; null: something is wrong, and stands at its field from now on. */
  read(): Record<string, unknown> | null;
}

/** The form of an approval's policies, as it is being filled in; null: they have none. `errors` are those of the server. */
export function usePolicyForm(
  { policy }: Pick<ApprovalDetail, "policy">,
  errors: readonly FieldError[],
): PolicyForm | null {
  const [texts, setTexts] = useState<FormTexts>({});
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  if (policy.forms.length === 0) return null;
  const fields = fieldsOf(policy.forms.map(({ schema }) => schema));
  return {
    fields,
    texts,
    faults: { ...faultsIn(errors, fields === null), ...faults },
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

/** What the server has found wrong, by the field that it is about. */
function faultsIn(errors: readonly FieldError[], isWhole: boolean): Record<string, string> {
  return Object.fromEntries(
    errors.flatMap(({ field, message }) => {
      const [first, name = ""] = field.split(/[./]/);
      return first === "form" ? [[isWhole ? "" : name, message]] : [];
    }),
  );
}
