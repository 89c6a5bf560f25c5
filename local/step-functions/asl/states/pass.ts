import { argumentsOf, effectiveInput } from "../data-flow.ts";
import type { PassState } from "../definition.ts";
import { finish } from "../flow.ts";
import type { Here } from "../turn.ts";

/** Pass: hands its input, its Parameters or its Result on. `Result` is taken literally, `.$` names included. */
export function passOn(here: Here<PassState>): void {
  const { definition } = here;
  const filled = argumentsOf(here, effectiveInput(here));
  finish(here, definition.Result === undefined ? filled : definition.Result, definition, definition);
}
