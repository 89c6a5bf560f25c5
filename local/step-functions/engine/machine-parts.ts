import type { StateMachine } from "../asl/definition.ts";
import { variableReferences } from "../asl/variable-references.ts";
import type { StateMachineRecord } from "./world.ts";

/** What a record holds of a machine besides the text of its definition, and can be worked out from that. */
export function machineParts(
  machine: StateMachine,
): Pick<StateMachineRecord, "machine" | "variableReferences"> {
  const references = variableReferences(machine);
  return { machine, ...(Object.keys(references).length === 0 ? {} : { variableReferences: references }) };
}
