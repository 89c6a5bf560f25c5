import type { FieldError } from "../../src/contract/problem.ts";
import { ApiProblem } from "../api/errors.ts";

/** What is wrong with what was filled in, by the name of the field. */
export type FieldFaults = Readonly<Record<string, string>>;

/** What the server has found wrong with what was sent. */
export function faultsOf(error: unknown): readonly FieldError[] {
  return error instanceof ApiProblem && error.problem.code === "invalid" ? (error.problem.errors ?? []) : [];
}

/** Each fault at its field, in a sentence; `rest` are those that are about no field which the form has. */
export function placeFaults(
  errors: readonly FieldError[],
  fields: readonly string[],
): { faults: FieldFaults; rest: FieldError[] } {
  const placed = new Map<string, Map<string, string>>();
  const rest: FieldError[] = [];
  for (const error of errors) {
    const at = fields
      .filter((field) => error.field === field || error.field.startsWith(`${field}.`))
      .reduce((longest, field) => (field.length > longest.length ? field : longest), "");
    if (at === "") rest.push(error);
    else {
      const within = error.field.slice(at.length + 1);
      const told = placed.get(at) ?? new Map<string, string>();
      placed.set(at, told);
      if (!told.has(within)) told.set(within, inSentence(error.message, within));
    }
  }
  const faults = [...placed].map(([field, told]) => [field, [...told.values()].join(" ")]);
  return { faults: Object.fromEntries(faults) as FieldFaults, rest };
}

/** The same for what the page finds wrong by the contract's shape. */
export function faultsOfShape(
  issues: readonly { path: readonly PropertyKey[]; message: string }[],
): FieldFaults {
  const errors = issues.map(({ path, message }) => ({ field: path.map(String).join("."), message }));
  const fields = issues.map(({ path }) => String(path[0]));
  return placeFaults(errors, fields).faults;
}

/** What completes a sentence that begins with its field. */
const isCompletion = /^(is|are|was|has|holds|must|may|can|cannot|needs|wants|belongs|does)\b/;

/** "It is empty.", "Line 2 is not an e-mail address." `within`: where in the field. */
function inSentence(message: string, within: string): string {
  const text = message.endsWith(".") ? message : `${message}.`;
  const line = /^\d+$/.test(within) ? `Line ${Number(within) + 1}` : within;
  if (isCompletion.test(message)) return `${line === "" ? "It" : line} ${text}`;
  return line === "" ? text : `${line}: ${text}`;
}

/** Names of the API for what a form calls otherwise. */
const labels: Readonly<Record<string, string>> = {
  newPassword: "New password",
  currentPassword: "Password that you have",
  email: "E-mail",
  emails: "Addresses in commits",
  logins: "Accounts at forges",
  name: "Name",
  role: "Role",
  teams: "Teams",
  scopes: "Scopes",
  activities: "Activities",
  repositories: "Repositories",
  verdict: "Verdict",
  expiresInSeconds: "Ends",
  overlapSeconds: "The secret that it has now",
  comment: "Comment",
  form: "Form",
  "breakGlass.reason": "Reason",
};

/** How a form calls a field of a request. */
export function fieldLabel(field: string): string {
  const whole = field.replace(/\.\d+$/, "");
  return labels[whole] ?? field.replace(/^form\./, "");
}
