import { holds } from "../choice-rule.ts";
import { effectiveInput, evaluate, isJsonata, scopeOf, unexpected } from "../data-flow.ts";
import type { ChoiceRule, ChoiceState } from "../definition.ts";
import { pass } from "../flow.ts";
import { runtimeFault } from "../state-fault.ts";
import type { Here } from "../turn.ts";

/** Choice: the first rule that holds says where to go. */
export function choice(here: Here<ChoiceState>): void {
  const { definition } = here;
  const input = effectiveInput(here);
  const scope = scopeOf(here, input);
  const index = definition.Choices.findIndex((each, position) =>
    isJsonata(here) ? conditionHolds(here, each, position) : holds(each, scope),
  );
  const rule = definition.Choices[index];
  if (rule !== undefined) {
    const { Output: output = definition.Output, Assign: assign } = rule;
    const outgoing = { OutputPath: definition.OutputPath, Output: output, Assign: assign };
    const at = `Choices[${index}]`;
    const places = { output: rule.Output === undefined ? "Output" : `${at}/Output`, assign: `${at}/Assign` };
    return pass(here, input, outgoing, rule, places);
  }
  if (definition.Default !== undefined) return pass(here, input, definition, { Next: definition.Default });
  // The docs name States.NoChoiceMatched; what comes is an error that nothing catches.
  throw runtimeFault("Failed to transition out of the state. The state does not point to a next state.");
}

/** Throws EvaluationFault for a condition that is not true or false. */
function conditionHolds(
  here: Here<ChoiceState>,
  { Condition: condition }: ChoiceRule,
  index: number,
): boolean {
  if (typeof condition !== "string") return condition === true;
  const field = `Choices[${index}]/Condition`;
  const value = evaluate(here, field, condition, {});
  if (typeof value === "boolean") return value;
  throw unexpected(field, condition, "boolean", value);
}
