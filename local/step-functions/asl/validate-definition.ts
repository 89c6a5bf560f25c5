import {
  innerScopes,
  stateMachineShape,
  type QueryLanguage,
  type Scope,
  type State,
  type StateMachine,
} from "./definition.ts";
import { isTooDeep, tooDeep } from "./json-depth.ts";
import { jsonFault, jsonFaultPlace } from "./json-fault.ts";
import { assignFaults } from "./validation/assign-faults.ts";
import { schemaFault, type Diagnostic } from "./validation/diagnostic.ts";
import { nameFaults } from "./validation/name-faults.ts";
import { expressFaults } from "./validation/service-faults.ts";
import { shapeFaults } from "./validation/shape-faults.ts";
import { stateFaults } from "./validation/state-faults.ts";
import { transitionFaults } from "./validation/transition-faults.ts";

export type { Diagnostic } from "./validation/diagnostic.ts";

export type Validated =
  | { readonly ok: true; readonly machine: StateMachine }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Reads a definition as CreateStateMachine gets it: a text with JSON, its shape, and transitions that lead somewhere. */
export function validateDefinition(text: string, type: "STANDARD" | "EXPRESS" = "STANDARD"): Validated {
  let definition: unknown;
  try {
    definition = text.trim() === "" ? undefined : JSON.parse(text);
  } catch {
    const location = jsonFaultPlace(text);
    const message = `${jsonFault(text)}\n at ${location}`;
    return { ok: false, diagnostics: [{ code: "INVALID_JSON_DESCRIPTION", message, location }] };
  }
  if (typeof definition !== "object" || definition === null || Array.isArray(definition)) {
    const message = "Definition must be a valid JSON object";
    return { ok: false, diagnostics: [{ code: "SCHEMA_VALIDATION_FAILED", message }] };
  }
  if (isTooDeep(definition))
    return { ok: false, diagnostics: [{ code: "INVALID_JSON_DESCRIPTION", message: tooDeep }] };
  const shaped = stateMachineShape.safeParse(definition, { reportInput: true });
  if (!shaped.success) return { ok: false, diagnostics: shapeFaults(shaped.error) };
  const { QueryLanguage: language = "JSONPath" } = shaped.data;
  const ofStates = [
    ...nameFaults(shaped.data, ""),
    ...scopeFaults(shaped.data, language, ""),
    ...assignFaults(shaped.data, ""),
    ...(type === "EXPRESS" ? faultsOfExpress(shaped.data, "") : []),
  ];
  const diagnostics = ofStates.length > 0 ? ofStates : leadFaults(shaped.data, "");
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  return { ok: true, machine: { ...shaped.data, States: withLanguage(shaped.data, language) } };
}

/**
 * The machine of a definition that was once found valid: what is refused by now goes on as it was. Throws if the text is no definition at
 * all.
 */
export function readDefinition(text: string): StateMachine {
  const definition = JSON.parse(text) as StateMachine;
  return { ...definition, States: withLanguage(definition, definition.QueryLanguage ?? "JSONPath") };
}

/** The text of AWS's InvalidDefinition, e.g. `Invalid State Machine Definition: 'CODE: message at /States/X/Next'`. */
export function describeDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const parts = diagnostics.map(
    ({ code, message, location }) => `${code}: ${message}${location === undefined ? "" : ` at ${location}`}`,
  );
  return `Invalid State Machine Definition: '${parts.join(", ")}'`;
}

/** `language` is the whole machine's: a Map or Parallel state's own does not pass on to what is inside it. */
function scopeFaults(scope: Scope, language: QueryLanguage, at: string): Diagnostic[] {
  return Object.entries(scope.States).flatMap(([name, state]) => {
    const place = `${at}/States/${name}`;
    const own = state.QueryLanguage ?? language;
    const downgrade = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine";
    return [
      ...(language === "JSONata" && own === "JSONPath" ? [schemaFault(downgrade, place)] : []),
      ...(language === "JSONata" && own === "JSONPath" ? [] : stateFaults(state, own, place)),
      ...innerScopes(state).flatMap(([inside, inner]) => scopeFaults(inner, language, `${place}/${inside}`)),
    ];
  });
}

function faultsOfExpress(scope: Scope, at: string): Diagnostic[] {
  return Object.entries(scope.States).flatMap(([name, state]) => {
    const place = `${at}/States/${name}`;
    return [
      ...(state.Type === "Task" ? expressFaults(state, place) : []),
      ...innerScopes(state).flatMap(([inside, inner]) => faultsOfExpress(inner, `${place}/${inside}`)),
    ];
  });
}

/** Where states lead is looked at only when each of them is sound. */
function leadFaults(scope: Scope, at: string): Diagnostic[] {
  const inside = Object.entries(scope.States).flatMap(([name, state]) =>
    innerScopes(state).flatMap(([place, inner]) => leadFaults(inner, `${at}/States/${name}/${place}`)),
  );
  return [...transitionFaults(scope, at), ...inside];
}

/** Writes the language into every state, so that a state says by itself what it is written in. */
function withLanguage(scope: Scope, language: QueryLanguage): Record<string, State> {
  return Object.fromEntries(
    Object.entries(scope.States).map(([name, state]): [string, State] => [
      name,
      { ...withInnerLanguage(state, language), QueryLanguage: state.QueryLanguage ?? language },
    ]),
  );
}

function withInnerLanguage(state: State, language: QueryLanguage): State {
  if (state.Type === "Parallel") {
    const branches = state.Branches.map((branch) => ({ ...branch, States: withLanguage(branch, language) }));
    return { ...state, Branches: branches };
  }
  const processor = state.Type === "Map" ? (state.ItemProcessor ?? state.Iterator) : undefined;
  if (state.Type !== "Map" || processor === undefined) return state;
  const { Iterator: _, ...rest } = state;
  return { ...rest, ItemProcessor: { ...processor, States: withLanguage(processor, language) } };
}
