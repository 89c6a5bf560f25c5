import type { Scope, State } from "../definition.ts";
import type { Diagnostic } from "./diagnostic.ts";

/** Transitions that lead nowhere, states that nothing leads to, and a scope that cannot end. */
export function transitionFaults(scope: Scope, at: string): Diagnostic[] {
  const names = Object.keys(scope.States);
  const faults = dangling(scope.StartAt, "StartAt", `${at}/StartAt`, scope);
  for (const [name, state] of Object.entries(scope.States)) {
    for (const [target, place] of targetsOf(state))
      faults.push(...dangling(target, "Next", `${at}/States/${name}/${place}`, scope));
  }
  if (!Object.values(scope.States).some(isTerminal)) {
    return [...faults, { code: "MISSING_END_STATE", message: "Workflow has no terminal state" }];
  }
  const reached = reachable(scope);
  const lost = names.filter((name) => faults.length === 0 && !reached.has(name));
  return [
    ...faults,
    ...lost.map((name): Diagnostic => {
      const message = `State "${name}" is not reachable.`;
      return { code: "MISSING_TRANSITION_TARGET", message, location: `${at}/States/${name}` };
    }),
  ];
}

/** AWS says 'Next' for Default too, and lets the place tell them apart. */
function dangling(target: string, field: string, location: string, { States: states }: Scope): Diagnostic[] {
  if (Object.hasOwn(states, target)) return [];
  return [{ code: "MISSING_TRANSITION_TARGET", message: `Missing '${field}' target: ${target}`, location }];
}

/** Where a state may lead: the target's name, and its place in the state. */
function targetsOf(state: State): [target: string, place: string][] {
  const targets: [string, string][] = [];
  if ("Next" in state && state.Next !== undefined) targets.push([state.Next, "Next"]);
  if (state.Type === "Choice") {
    state.Choices.forEach((rule, index) => targets.push([rule.Next, `Choices[${index}]/Next`]));
    if (state.Default !== undefined) targets.push([state.Default, "Default"]);
  }
  if ("Catch" in state) {
    state.Catch?.forEach((catcher, index) => targets.push([catcher.Next, `Catch[${index}]/Next`]));
  }
  return targets;
}

function isTerminal(state: State): boolean {
  return state.Type === "Succeed" || state.Type === "Fail" || ("End" in state && state.End === true);
}

function reachable({ StartAt: first, States: states }: Scope): Set<string> {
  const reached = new Set([first]);
  for (const name of reached) {
    const state = states[name];
    if (state === undefined) continue;
    for (const [target] of targetsOf(state)) reached.add(target);
  }
  return reached;
}
