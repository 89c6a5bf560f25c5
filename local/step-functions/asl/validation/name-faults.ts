import { innerScopes, type Scope } from "../definition.ts";
import { schemaFault, type Diagnostic } from "./diagnostic.ts";

/** https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html. */
const longestName = 80;

/** Names of states are unique in the whole machine, whichever branch they stand in. */
export function nameFaults(scope: Scope, at: string, seen = new Set<string>()): Diagnostic[] {
  return Object.entries(scope.States).flatMap(([name, state]) => {
    const place = `${at}/States/${name}`;
    const faults: Diagnostic[] = [];
    if (name.length > longestName)
      faults.push(schemaFault(`State name is longer than ${longestName} characters`, place));
    if (seen.has(name))
      faults.push({
        code: "DUPLICATE_STATE_NAME",
        message: `Duplicate State name: ${name}`,
        location: place,
      });
    seen.add(name);
    return [
      ...faults,
      ...innerScopes(state).flatMap(([inside, inner]) => nameFaults(inner, `${place}/${inside}`, seen)),
    ];
  });
}
