import type { z } from "zod";
import { operatorOf } from "./choice-rule.ts";
import { stateMachineShape, type ChoiceRule, type State, type StateMachine } from "./definition.ts";
import { jsonFault } from "./json-fault.ts";

/** One thing that is wrong with a definition; `location` is a JSON pointer. */
export interface Diagnostic {
  readonly code:
    | "INVALID_JSON_DESCRIPTION"
    | "SCHEMA_VALIDATION_FAILED"
    | "MISSING_TRANSITION_TARGET"
    | "MISSING_END_STATE";
  readonly message: string;
  readonly location?: string;
}

export type Validated =
  | { readonly ok: true; readonly machine: StateMachine }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Reads a definition as CreateStateMachine gets it: a text with JSON, its shape, and transitions that lead somewhere. */
export function validateDefinition(text: string): Validated {
  let definition: unknown;
  try {
    definition = JSON.parse(text);
  } catch {
    return { ok: false, diagnostics: [{ code: "INVALID_JSON_DESCRIPTION", message: jsonFault(text) }] };
  }
  if (typeof definition !== "object" || definition === null || Array.isArray(definition)) {
    const message = "Definition must be a valid JSON object";
    return { ok: false, diagnostics: [{ code: "SCHEMA_VALIDATION_FAILED", message }] };
  }
  const shaped = stateMachineShape.safeParse(definition, { reportInput: true });
  const diagnostics = shaped.success ? transitionFaults(shaped.data) : shapeFaults(shaped.error);
  return shaped.success && diagnostics.length === 0
    ? { ok: true, machine: shaped.data }
    : { ok: false, diagnostics };
}

/** The text of AWS's InvalidDefinition, e.g. `Invalid State Machine Definition: 'CODE: message at /States/X/Next'`. */
export function describeDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const parts = diagnostics.map(
    ({ code, message, location }) => `${code}: ${message}${location === undefined ? "" : ` at ${location}`}`,
  );
  return `Invalid State Machine Definition: '${parts.join(", ")}'`;
}

function pointer(path: readonly PropertyKey[]): string {
  return `/${path.map(String).join("/")}`;
}

function shapeFaults(error: z.ZodError): Diagnostic[] {
  const missing = new Map<string, string[]>();
  const faults: Diagnostic[] = [];
  for (const issue of error.issues) {
    if (issue.code === "invalid_type" && issue.input === undefined) {
      const at = pointer(issue.path.slice(0, -1));
      missing.set(at, [...(missing.get(at) ?? []), String(issue.path.at(-1))]);
    } else {
      faults.push({
        code: "SCHEMA_VALIDATION_FAILED",
        message: describeIssue(issue),
        location: pointer(issue.path),
      });
    }
  }
  const required = [...missing].map(([location, names]): Diagnostic => {
    // AWS names States before StartAt when both are missing.
    const fields = names.sort((a, b) => b.localeCompare(a)).join(", ");
    return { code: "SCHEMA_VALIDATION_FAILED", message: `These fields are required: [${fields}]`, location };
  });
  return [...required, ...faults];
}

function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code !== "invalid_union") return issue.message;
  const type = (issue.input as { Type?: unknown } | undefined)?.Type ?? issue.input;
  if (type === "Parallel" || type === "Map") return `${type} states are not supported by this endpoint yet`;
  return type === undefined
    ? "These fields are required: [Type]"
    : "Value is not a valid state type: " + JSON.stringify(type);
}

function transitionFaults(machine: StateMachine): Diagnostic[] {
  const target = (name: string, field: string, at: string): Diagnostic[] =>
    Object.hasOwn(machine.States, name)
      ? []
      : [{ code: "MISSING_TRANSITION_TARGET", message: `Missing '${field}' target: ${name}`, location: at }];
  const faults = target(machine.StartAt, "StartAt", "/StartAt");
  for (const [name, state] of Object.entries(machine.States)) {
    const at = `/States/${name}`;
    faults.push(...stateFaults(state, at));
    for (const [next, field, place] of transitionsOf(state))
      faults.push(...target(next, field, `${at}/${place}`));
  }
  return faults;
}

/** Where a state may lead: the target's name, the field that names it, and that field's place in the state. */
function transitionsOf(state: State): [name: string, field: string, place: string][] {
  const targets: [string, string, string][] = [];
  if ("Next" in state && state.Next !== undefined) targets.push([state.Next, "Next", "Next"]);
  if (state.Type === "Choice") {
    state.Choices.forEach((rule, index) => targets.push([rule.Next, "Next", `Choices[${index}]/Next`]));
    if (state.Default !== undefined) targets.push([state.Default, "Default", "Default"]);
  }
  if (state.Type === "Task") {
    state.Catch?.forEach((catcher, index) => targets.push([catcher.Next, "Next", `Catch[${index}]/Next`]));
  }
  return targets;
}

function stateFaults(state: State, at: string): Diagnostic[] {
  const fault = (message: string, location = at): Diagnostic => ({
    code: "SCHEMA_VALIDATION_FAILED",
    message,
    location,
  });
  switch (state.Type) {
    case "Choice":
      return state.Choices.flatMap((rule, index) => ruleFaults(rule, `${at}/Choices[${index}]`));
    case "Succeed":
    case "Fail":
      return [];
    case "Wait":
    case "Task":
    case "Pass": {
      const faults: Diagnostic[] = [];
      if ((state.Next !== undefined) === (state.End === true)) {
        const either =
          state.Next === undefined
            ? "Either 'Next' or 'End' is required"
            : "'Next' and 'End' are mutually exclusive";
        faults.push(fault(either));
      }
      if (state.Type === "Wait" && waitFields(state) !== 1) {
        faults.push(
          fault("Exactly one of these fields is required: [Seconds, SecondsPath, Timestamp, TimestampPath]"),
        );
      }
      if (state.Type === "Task") faults.push(...taskFaults(state, fault));
      return faults;
    }
  }
}

function waitFields(state: Extract<State, { Type: "Wait" }>): number {
  const fields = [state.Seconds, state.SecondsPath, state.Timestamp, state.TimestampPath];
  return fields.filter((field) => field !== undefined).length;
}

function taskFaults(
  state: Extract<State, { Type: "Task" }>,
  fault: (message: string) => Diagnostic,
): Diagnostic[] {
  const faults: Diagnostic[] = [];
  if (!state.Resource.startsWith("arn:"))
    faults.push(fault(`Value is not a valid resource ARN: ${state.Resource}`));
  const { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = state;
  if (timeout !== undefined && heartbeat !== undefined && heartbeat >= timeout) {
    faults.push(fault("HeartbeatSeconds must be smaller than TimeoutSeconds"));
  }
  if (timeout !== undefined && state.TimeoutSecondsPath !== undefined) {
    faults.push(fault("Only one of these fields is allowed: [TimeoutSeconds, TimeoutSecondsPath]"));
  }
  if (heartbeat !== undefined && state.HeartbeatSecondsPath !== undefined) {
    faults.push(fault("Only one of these fields is allowed: [HeartbeatSeconds, HeartbeatSecondsPath]"));
  }
  return faults;
}

function ruleFaults(rule: ChoiceRule, at: string): Diagnostic[] {
  const inner = [...(rule.And ?? []), ...(rule.Or ?? []), ...(rule.Not === undefined ? [] : [rule.Not])];
  if (inner.length > 0) return inner.flatMap((each) => ruleFaults(each, at));
  if (rule.Variable !== undefined && operatorOf(rule) !== undefined) return [];
  const message =
    rule.Variable === undefined
      ? "These fields are required: [Variable]"
      : "A comparison operator is required";
  return [{ code: "SCHEMA_VALIDATION_FAILED", message, location: at }];
}
