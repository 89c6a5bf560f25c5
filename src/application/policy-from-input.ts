import { readAskedPolicy, type AskedPolicy } from "../contract/asked-policy.ts";
import { taskInputShape } from "../contract/task-input.ts";
import { neutralPart, type PolicyPart } from "../domain/policy/policy.ts";
import { storable } from "./storable.ts";

export interface InputPolicy {
  /** Null: the input asks for nothing. */
  asked: PolicyPart | null;
  /** What of it could not be understood, and does not count. */
  notes: string[];
}

/** The rules that a task's own input asks for. They are added to those of countersign.yaml, and all hold at once: so they only make the whole stricter. */
export function policyFromInput(input: string): InputPolicy {
  const known = taskInputShape.parse(parseJson(input));
  const given = known.approval?.policy ?? known.input?.approval?.policy;
  if (given === undefined || given === null) return { asked: null, notes: [] };
  if (typeof given !== "object" || Array.isArray(given))
    return { asked: null, notes: ["`approval.policy` is no object and does not count."] };
  const { policy, faults } = readAskedPolicy(given);
  return {
    asked: Object.keys(policy).length === 0 ? null : partOf(policy),
    notes: faults.map(({ member, isKnown }) => {
      const name = storable(member).slice(0, 80);
      return `\`approval.policy.${name}\` is not ${isKnown ? "understood" : "known"} and does not count.`;
    }),
  };
}

function partOf({ exclude, reject, ...rest }: AskedPolicy): PolicyPart {
  const excluded = Object.entries(exclude ?? {}).filter(([, isExcluded]) => isExcluded);
  return {
    ...neutralPart,
    ...rest,
    exclude: { ...neutralPart.exclude, ...Object.fromEntries(excluded) },
    rejectRequired: reject?.required ?? null,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
