import { innerScopes, type Scope, type State } from "./definition.ts";
import { parseIntrinsic, type IntrinsicNode } from "./intrinsic-parser.ts";
import { isJsonObject, type Json } from "./json.ts";
import { expressionIn } from "./jsonata/evaluate.ts";
import { variableOf } from "./scope.ts";

const inner = new Set(["Branches", "ItemProcessor", "Iterator", "Result", "Comment"]);

/** Which states refer to which variables, as descriptions of a machine list it; states that refer to none are left out. */
export function variableReferences(machine: Scope): Record<string, string[]> {
  const known = new Set(assignedIn(machine));
  const found: Record<string, string[]> = {};
  const visit = (scope: Scope) => {
    for (const [name, state] of Object.entries(scope.States)) {
      const names = new Set(referredTo(state, known));
      if (names.size > 0) found[name] = [...names].sort();
      for (const [, each] of innerScopes(state)) visit(each);
    }
  };
  visit(machine);
  return found;
}

function assignedIn(scope: Scope): string[] {
  return Object.values(scope.States).flatMap((state) => [
    ...assignedBy(state as unknown as Json),
    ...innerScopes(state).flatMap(([, each]) => assignedIn(each)),
  ]);
}

/** The names under any Assign of a state: its own, a rule's or a catcher's. */
function assignedBy(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(assignedBy);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    if (inner.has(name)) return [];
    if (name !== "Assign" || !isJsonObject(member)) return assignedBy(member);
    return Object.keys(member).map((each) => each.replace(/\.\$$/u, ""));
  });
}

function referredTo(state: State, known: ReadonlySet<string>): string[] {
  const own = Object.entries(state as unknown as Record<string, Json>).filter(([name]) => !inner.has(name));
  return own.flatMap(([name, value]) =>
    state.QueryLanguage === "JSONata" ? inJsonata(value, known) : inJsonPath(name, value),
  );
}

function inJsonPath(name: string, value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => inJsonPath("", item));
  if (isJsonObject(value)) return Object.entries(value).flatMap(([member, each]) => inJsonPath(member, each));
  const expression = name.endsWith(".$") || name.endsWith("Path") || name === "Variable";
  if (!expression || typeof value !== "string") return [];
  if (value.startsWith("$")) return orNone(variableOf(value));
  const node = parseIntrinsic(value);
  return node === undefined ? [] : inIntrinsic(node);
}

function inIntrinsic(node: IntrinsicNode): string[] {
  if (node.kind === "path") return orNone(variableOf(node.path));
  return node.kind === "call" ? node.args.flatMap(inIntrinsic) : [];
}

const orNone = (name: string | undefined) => (name === undefined ? [] : [name]);

/** Functions and an expression's own variables look the same; so only what some state assigns counts. */
function inJsonata(value: Json, known: ReadonlySet<string>): string[] {
  if (typeof value === "string") {
    const names = [...(expressionIn(value) ?? "").matchAll(/\$([\p{ID_Start}_][\p{ID_Continue}]*)/gu)];
    return names.map(([, name = ""]) => name).filter((name) => known.has(name));
  }
  if (Array.isArray(value)) return value.flatMap((item) => inJsonata(item, known));
  return isJsonObject(value) ? Object.values(value).flatMap((member) => inJsonata(member, known)) : [];
}
