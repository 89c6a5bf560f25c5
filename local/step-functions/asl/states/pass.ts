import type { PassState } from "../definition.ts";
import { finish } from "../flow.ts";
import { fillTemplate } from "../payload-template.ts";
import { filterBy } from "../scope.ts";
import { scopeOf, type Here } from "../turn.ts";

/** Pass: hands its input, its Parameters or its Result on. `Result` is taken literally, `.$` names included. */
export function pass(here: Here<PassState>): void {
  const { definition, visit } = here;
  const input = filterBy(definition.InputPath, scopeOf(here, visit.input));
  const filled =
    definition.Parameters === undefined ? input : fillTemplate(definition.Parameters, scopeOf(here, input));
  finish(here, definition.Result ?? filled, definition, definition);
}
