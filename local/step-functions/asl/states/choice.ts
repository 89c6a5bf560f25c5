import { holds } from "../choice-rule.ts";
import type { ChoiceState } from "../definition.ts";
import { leave } from "../flow.ts";
import { filterBy } from "../scope.ts";
import { RuntimeFault } from "../state-fault.ts";
import { scopeOf, type Here } from "../turn.ts";

/** Choice: the first rule that holds says where to go. */
export function choice(here: Here<ChoiceState>): void {
  const { definition, visit } = here;
  const scope = scopeOf(here, filterBy(definition.InputPath, scopeOf(here, visit.input)));
  const next = definition.Choices.find((rule) => holds(rule, scope))?.Next ?? definition.Default;
  if (next === undefined) {
    throw new RuntimeFault(
      "States.NoChoiceMatched",
      "Failed to transition out of the state. The state does not point to a next state.",
    );
  }
  leave(here, filterBy(definition.OutputPath, scope), { Next: next });
}
