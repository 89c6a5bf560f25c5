import type { Json } from "./json.ts";

/**
 * Fills the `{}` of a template, whose backslashes are still in it, in order. Undefined if there are more or fewer of them
 * than values.
 */
export function formatTemplate(template: string, values: readonly Json[]): string | undefined {
  let used = 0;
  const filled = template.replace(/\\([^])|\{\}/gu, (_, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped;
    const value = values[used];
    used += 1;
    return value === undefined ? "" : shown(value);
  });
  return used === values.length ? filled : undefined;
}

/** AWS prints objects and arrays as Java does: `{Arg1=1, Arg2=[]}`. */
function shown(value: Json): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return `[${value.map(shown).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, member]) => `${name}=${shown(member)}`)
    .join(", ")}}`;
}
