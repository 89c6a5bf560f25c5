import { readAskedPolicy, type AskedPolicy } from "../contract/asked-policy.ts";
import { taskInputShape } from "../contract/task-input.ts";
import { neutralPart, type PolicyPart } from "../domain/policy/policy.ts";
import type { Deps } from "./deps.ts";
import { storable } from "./storable.ts";

export interface InputPolicy {
  /** Null: the input asks for nothing. */
  asked: PolicyPart | null;
  /** What of it could not be understood, and does not count. */
  notes: string[];
}

/**
 * The rules that a task's own input asks for, its form among them. They are added to those of countersign.yaml, and all hold at once: so they
 * only make the whole stricter.
 */
export function policyFromInput({ forms }: Pick<Deps, "forms">, input: string): InputPolicy {
  const known = taskInputShape.parse(parseJson(input));
  const given = known.approval?.policy ?? known.input?.approval?.policy ?? {};
  const form = known.approval?.form ?? known.input?.approval?.form;
  if (typeof given !== "object" || Array.isArray(given))
    return { asked: null, notes: ["`approval.policy` is no object and does not count."] };
  const { policy, faults } = readAskedPolicy(form === undefined ? given : { ...given, form });
  const notes = faults.map(({ member, isKnown }) =>
    noteOn(member, `is not ${isKnown ? "understood" : "known"}`),
  );
  const formFault = policy.form === undefined ? null : forms.schemaFault(JSON.stringify(policy.form));
  if (formFault !== null) {
    delete policy.form;
    notes.push(noteOn("form", "is not understood"));
  }
  return { asked: Object.keys(policy).length === 0 ? null : partOf(policy), notes };
}

function noteOn(member: string, what: string): string {
  const path = member === "form" ? "approval.form" : `approval.policy.${storable(member).slice(0, 80)}`;
  return `\`${path}\` ${what} and does not count.`;
}

function partOf({ exclude, reject, form, ...rest }: AskedPolicy): PolicyPart {
  const excluded = Object.entries(exclude ?? {}).filter(([, isExcluded]) => isExcluded);
  return {
    ...neutralPart,
    ...rest,
    exclude: { ...neutralPart.exclude, ...Object.fromEntries(excluded) },
    rejectRequired: reject?.required ?? null,
    form: form === undefined ? null : JSON.stringify(form),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
