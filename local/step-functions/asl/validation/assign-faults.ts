import { innerScopes, type Scope, type State } from "../definition.ts";
import { schemaFault, type Diagnostic } from "./diagnostic.ts";

/** https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html. */
const longestName = 80;
const identifier = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;
const reserved = "states";

/** Names of variables that are none, and inner ones that would hide an outer one. */
export function assignFaults(scope: Scope, at: string, outer: ReadonlySet<string> = new Set()): Diagnostic[] {
  const all = Object.entries(scope.States).map(([name, state]): [string, State] => [
    `${at}/States/${name}`,
    state,
  ]);
  const here = new Set(all.flatMap(([place, state]) => assigned(state, place).map(([name]) => name)));
  const visible = new Set([...outer, ...here]);
  return all.flatMap(([place, state]) => [
    ...assigned(state, place).flatMap(([name, where]) => nameFaults(name, outer, where)),
    ...innerScopes(state).flatMap(([inside, inner]) =>
      // The items of a distributed Map are executions of their own: they see no variable of this one.
      assignFaults(inner, `${place}/${inside}`, isDistributed(state) ? new Set() : visible),
    ),
  ]);
}

function isDistributed(state: State): boolean {
  return state.Type === "Map" && state.ItemProcessor?.ProcessorConfig?.Mode === "DISTRIBUTED";
}

/** Of the state, its catchers and its rules. */
function assigned(state: State, at: string): [name: string, place: string][] {
  const parts: [object, string][] = [[state, at]];
  if ("Catch" in state)
    state.Catch?.forEach((catcher, index) => parts.push([catcher, `${at}/Catch[${index}]`]));
  if (state.Type === "Choice")
    state.Choices.forEach((rule, index) => parts.push([rule, `${at}/Choices[${index}]`]));
  return parts.flatMap(([part, place]) =>
    Object.keys("Assign" in part ? ((part.Assign as object | undefined) ?? {}) : {}).map(
      (key): [string, string] => [key.replace(/\.\$$/u, ""), `${place}/Assign`],
    ),
  );
}

function nameFaults(name: string, outer: ReadonlySet<string>, at: string): Diagnostic[] {
  if (name === reserved) return [schemaFault(`The variable name '${name}' is reserved`, at)];
  if (name.length > longestName || !identifier.test(name))
    return [schemaFault(`The variable name '${name}' is not valid`, at)];
  return outer.has(name)
    ? [schemaFault(`The variable '${name}' is already assigned in an outer scope`, at)]
    : [];
}
